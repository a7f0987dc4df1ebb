"""Reference data: golongan, eselon, education, levels and names of jabatan, legal standing."""
