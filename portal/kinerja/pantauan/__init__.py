"""Watching other people's months: the monitoring list, one month of it, and the report of a person."""
