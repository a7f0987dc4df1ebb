"""One month of one pegawai: Renaksi, SKP, PKS, Tinjau."""
