"""Verification of APL-01: row by row, then the whole, with the refusal in two hands."""
