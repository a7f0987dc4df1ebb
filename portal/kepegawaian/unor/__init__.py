"""Units of the organisation (unor) with their versions in time, successions, closing and hiding."""
