"""Peta pegawai: who sits where, live and as frozen month by month; who sits nowhere; extra roles."""
