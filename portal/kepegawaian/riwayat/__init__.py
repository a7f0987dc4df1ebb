"""Dated entries of a pegawai, each backed by a document: kinds, proposal, verification, cancelling."""
