"""Emergency access of the technical administrator to one case: asked, confirmed by a second person, an hour long."""
