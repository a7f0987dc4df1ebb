"""Emergency access of the technical administrator to one case: asked, confirmed by a second person, an hour long."""

from portal.kernel.access import permission, role

MINTA = permission("sertifikasi.darurat", "Meminta akses darurat ke satu permohonan sertifikasi")
DAFTAR = permission("sertifikasi.darurat_daftar", "Membaca daftar akses darurat dan mengakhirinya")

role("administrator", "Administrator portal", {MINTA, DAFTAR})
role("manajer_sertifikasi", "Manajer sertifikasi", {DAFTAR})
role("ketua_lsp", "Ketua LSP", {DAFTAR})
