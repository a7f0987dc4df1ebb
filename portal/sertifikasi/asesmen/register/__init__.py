"""Registers of asesor and TUK, with their documents."""
