"""Closing a year: one realisasi per indikator, proposed from the months, corrected and explained by the pegawai."""
