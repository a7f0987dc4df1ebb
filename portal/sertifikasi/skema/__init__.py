"""Schemes, their versions, units, elements and criteria; requirements; licence of the LSP."""
