"""What verified riwayat say of a pegawai on a day: the projection, how it is rebuilt, and who may see it."""
