"""Settings of a performance year and its deadlines, changed by BKPSDM on screen."""
