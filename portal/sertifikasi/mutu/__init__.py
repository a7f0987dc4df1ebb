"""Figures of how well the LSP works: for the manajer and the ketua."""

from portal.kernel.access import permission, role

MUTU = permission("sertifikasi.mutu", "Membaca ukuran mutu layanan sertifikasi")
role("manajer_sertifikasi", "Manajer sertifikasi", {MUTU})
role("ketua_lsp", "Ketua LSP", {MUTU})
