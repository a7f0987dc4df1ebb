"""Data pegawai: the list of everybody, one person's page, their own data."""
