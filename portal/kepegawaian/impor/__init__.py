"""Tables that come in: people with their first seat, entries of the register, the dump of an older system."""
