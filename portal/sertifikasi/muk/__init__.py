"""Materi uji kompetensi: confidential instruments of a scheme version, replaced but never edited, read by few."""
