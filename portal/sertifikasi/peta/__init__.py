"""Competency road map: which scheme is nearest to the units a person already holds."""
