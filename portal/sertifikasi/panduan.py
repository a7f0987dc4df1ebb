"""Which manual explains which pages. Where several roles see a page, that of the first permission held wins."""

from portal.sertifikasi import ASESMEN, MANAJER, PANTAU, PLENO, TANDA_TANGAN, VERIFIKASI, module

_OFFICE = {VERIFIKASI: "sekretariat-lsp", MANAJER: "manajer-sertifikasi", TANDA_TANGAN: "ketua-lsp"}
_OUTSIDE = {"": "pihak-ketiga"}


def _by_role(**sections: str) -> dict[str, str]:
    """Sections for sekretariat, manajer, komite and ketua, in the order in which their rights are asked."""
    ranked = {"sekretariat": VERIFIKASI, "manajer": MANAJER, "ketua": TANDA_TANGAN, "komite": PLENO}
    return {can: sections[role] for role, can in ranked.items() if role in sections} | _OUTSIDE


_REGISTERS = _by_role(
    sekretariat="sekretariat-lsp#register-asesor-dan-tuk", manajer="manajer-sertifikasi#register-asesor-dan-tuk",
    ketua="ketua-lsp", komite="komite#register-yang-dapat-dibaca",
)  # fmt: skip

module.manuals.update({
    "/sertifikasi": "sertifikasi-umum",
    "/sertifikasi/skema": "sertifikasi-umum#mencari-skema",
    "/sertifikasi/hubungi": "sertifikasi-umum#bertanya-dan-menyampaikan-keluhan",
    "/sertifikasi/tiket": "sertifikasi-umum#bertanya-dan-menyampaikan-keluhan",
    "/sertifikasi/periksa": "sertifikasi-umum#memeriksa-sertifikat",
    "/sertifikasi/v": "sertifikasi-umum#memeriksa-sertifikat",
    # asesi
    "/sertifikasi/saya": "asesi",
    "/sertifikasi/saya/mulai": "asesi#sebelum-mulai",
    "/sertifikasi/saya/profil": "asesi#dokumen-saya-dan-profil",
    "/sertifikasi/saya/dokumen": "asesi#dokumen-saya-dan-profil",
    "/sertifikasi/saya/*/apl-01": "asesi#apl-01-permohonan",
    "/sertifikasi/saya/*/apl-02": "asesi#apl-02-asesmen-mandiri",
    "/sertifikasi/saya/*/semua": "asesi#apl-02-asesmen-mandiri",
    "/sertifikasi/saya/*/tarik": "asesi#menarik-permohonan",
    "/sertifikasi/saya/*/ak-01": "asesi#persetujuan-jadwal-dan-hari-asesmen",
    "/sertifikasi/saya/*/ak-07": "asesi#persetujuan-jadwal-dan-hari-asesmen",
    "/sertifikasi/saya/*/ak-02": "asesi#rekam-asesmen-dan-umpan-balik",
    "/sertifikasi/saya/*/ak-03": "asesi#rekam-asesmen-dan-umpan-balik",
    "/sertifikasi/saya/*/jadwal": "asesi#persetujuan-jadwal-dan-hari-asesmen",
    "/sertifikasi/saya/*/keberatan": "asesi#keberatan-atas-asesor",
    "/sertifikasi/saya/*/hasil": "asesi#hasil-dan-sertifikat",
    "/sertifikasi/saya/*/banding": "asesi#banding",
    "/sertifikasi/saya/*/surveilan": "asesi#surveilan-dan-perpanjangan",
    "/sertifikasi/saya/*/tanggapan": "asesi#hasil-dan-sertifikat",
    "/sertifikasi/saya/undangan": "asesi#undangan-dari-lembaga",
    "/sertifikasi/kolektif": "sekretariat-lsp#pendaftaran-kolektif",
    "/sertifikasi/arsip-lama": "sekretariat-lsp#sertifikat-sebelum-portal",
    "/sertifikasi/lembaga": "sekretariat-lsp#pendaftaran-kolektif",
    # asesor
    "/sertifikasi/asesmen": "asesor",
    "/sertifikasi/asesmen/*": "asesor#meninjau-apl-02",
    "/sertifikasi/asesmen/*/coi": "asesor#menyatakan-konflik-kepentingan",
    "/sertifikasi/asesmen/*/ak-01": "asesor#persetujuan-asesmen-fr-ak-01",
    "/sertifikasi/asesmen/*/ak-07": "asesor#penyesuaian-yang-wajar-fr-ak-07",
    "/sertifikasi/sesi/*/ak-06": "asesor#menutup-sesi",
    "/sertifikasi/asesmen/*/ak-02": "asesor#hari-asesmen",
    "/sertifikasi/asesmen/*/berkas": "asesor#hari-asesmen",
    "/sertifikasi/asesmen/*/mundur": "asesor#mundur",
    "/sertifikasi/banding/*/keterangan": "asesor#bila-hasil-dibanding",
    "/sertifikasi/sesi": {ASESMEN: "asesor#hari-asesmen", PLENO: "komite#register-yang-dapat-dibaca",
                          PANTAU: "pihak-ketiga#register-dan-rekap", "": "sekretariat-lsp#menjadwalkan"},
    # sekretariat and manajer
    "/sertifikasi/permohonan": {**_OFFICE, VERIFIKASI: "sekretariat-lsp#melihat-permohonan", **_OUTSIDE},
    "/sertifikasi/permohonan/*": {**_OFFICE, VERIFIKASI: "sekretariat-lsp#memverifikasi-apl-01", **_OUTSIDE},
    "/sertifikasi/permohonan/*/penugasan": _by_role(
        sekretariat="sekretariat-lsp#menugaskan-asesor", manajer="manajer-sertifikasi#menyetujui-asesor",
        ketua="ketua-lsp",
    ),
    "/sertifikasi/asesor": {ASESMEN: "asesor#registrasi-dan-pleno-anda", **_REGISTERS},
    "/sertifikasi/tuk": _REGISTERS,
    "/sertifikasi/penugasan": _REGISTERS,
    "/sertifikasi/asesor-tuk": "sertifikasi-umum#asesor-dan-tempat-uji",
    "/sertifikasi/jejak": {VERIFIKASI: "sekretariat-lsp#log-aktivitas-lsp", "": "pihak-ketiga#register-dan-rekap"},
    "/sertifikasi/kelola-skema": _by_role(
        sekretariat="sekretariat-lsp#mengubah-skema", manajer="manajer-sertifikasi#menerbitkan-skema",
        ketua="ketua-lsp",
    ),
    "/sertifikasi/lisensi": "sekretariat-lsp#lisensi-lsp",
    "/sertifikasi/muk": _by_role(
        sekretariat="sekretariat-lsp#materi-uji-kompetensi", manajer="manajer-sertifikasi#materi-uji-kompetensi",
    ),
    "/sertifikasi/muk/saya": "asesor#materi-uji-kompetensi",
    "/sertifikasi/pantau/muk": "pihak-ketiga#materi-uji",
    "/sertifikasi/konten": "sekretariat-lsp#isi-halaman-publik-dan-pesan",
    "/sertifikasi/pesan": "sekretariat-lsp#isi-halaman-publik-dan-pesan",
    "/sertifikasi/paket": "sekretariat-lsp#paket-bnsp-blanko-dan-nomor",
    "/sertifikasi/blanko": "sekretariat-lsp#paket-bnsp-blanko-dan-nomor",
    "/sertifikasi/nomor": "sekretariat-lsp#paket-bnsp-blanko-dan-nomor",
    "/sertifikasi/pengaturan": "manajer-sertifikasi#pengaturan",
    "/sertifikasi/surveilan": _by_role(
        sekretariat="sekretariat-lsp#surveilan-dan-tindakan", manajer="manajer-sertifikasi#tindakan-atas-sertifikat",
        ketua="ketua-lsp", komite="komite",
    ),
    "/sertifikasi/sertifikat": _by_role(
        sekretariat="sekretariat-lsp#surveilan-dan-tindakan", manajer="manajer-sertifikasi#tindakan-atas-sertifikat",
        ketua="ketua-lsp#penangguhan-pencabutan-pemulihan-penggantian", komite="komite",
    ),
    "/sertifikasi/tindakan": _by_role(
        komite="komite#menimbang-tindakan", sekretariat="sekretariat-lsp#surveilan-dan-tindakan",
        manajer="manajer-sertifikasi#tindakan-atas-sertifikat",
        ketua="ketua-lsp#penangguhan-pencabutan-pemulihan-penggantian",
    ),
    # decisions
    "/sertifikasi/pleno": {ASESMEN: "asesor#registrasi-dan-pleno-anda"} | _by_role(
        sekretariat="sekretariat-lsp#menyiapkan-pleno-dan-sk", manajer="manajer-sertifikasi#menyiapkan-pleno-dan-sk",
        ketua="komite", komite="komite",
    ),
    "/sertifikasi/sk": {ASESMEN: "asesor#registrasi-dan-pleno-anda"} | _by_role(
        sekretariat="sekretariat-lsp#menyiapkan-pleno-dan-sk", manajer="manajer-sertifikasi#menyiapkan-pleno-dan-sk",
        ketua="ketua-lsp#surat-keputusan", komite="komite",
    ),
    "/sertifikasi/banding": _by_role(
        sekretariat="sekretariat-lsp#banding", manajer="manajer-sertifikasi#banding", ketua="komite#menelaah-banding",
        komite="komite#menelaah-banding",
    ),
    "/sertifikasi/rekap": _by_role(
        sekretariat="sekretariat-lsp#rekap", manajer="manajer-sertifikasi#rekap", ketua="ketua-lsp", komite="komite",
    ),
    "/sertifikasi/rekap/asesor": "asesor#rekap",
    "/sertifikasi/mutu": {TANDA_TANGAN: "ketua-lsp#mutu-layanan", "": "manajer-sertifikasi#mutu-layanan"},
    "/sertifikasi/repositori": _by_role(
        sekretariat="sekretariat-lsp#repositori", manajer="manajer-sertifikasi#repositori-dan-pemusnahan",
        ketua="ketua-lsp",
    ),
    "/sertifikasi/audit": _by_role(
        sekretariat="sekretariat-lsp#repositori", manajer="manajer-sertifikasi#repositori-dan-pemusnahan",
        ketua="ketua-lsp",
    ),
    "/sertifikasi/akses": _by_role(
        sekretariat="sekretariat-lsp#akses-pihak-ketiga", manajer="manajer-sertifikasi#akses-pihak-ketiga",
        ketua="ketua-lsp",
    ),
    "/sertifikasi/pantau": "pihak-ketiga",
    "/sertifikasi/saya/peta": "asesi#peta-jalan-kompetensi",
    "/sertifikasi/tanda-tangan": "ketua-lsp",
})  # fmt: skip
