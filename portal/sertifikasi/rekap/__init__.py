"""Figures of certification as of a day: buckets, breakdowns, files equal to the screen."""
