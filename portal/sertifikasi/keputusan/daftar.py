"""Lists of decisions and certificates."""

from typing import Any

import sqlalchemy as sa

from portal.kernel.listing import Choice, Column, DateRange, Listing, Tags
from portal.kernel.listing.search import matches
from portal.kernel.people import Principal
from portal.sertifikasi import LIHAT, PUTUSAN, REGISTER_SERTIFIKAT, REKAP, VERIFIKASI
from portal.sertifikasi.asesmen.daftar import skema_options
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import policies, samar
from portal.sertifikasi.keputusan.banding import WORDS as BANDING_WORDS
from portal.sertifikasi.keputusan.tindakan import JENIS
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

PLENO_STATES = Tags({
    k.PERSIAPAN: ("Persiapan", "", "pencil"), k.BERLANGSUNG: ("Berlangsung", "guide", "users-group"),
    k.DITUTUP: ("Ditutup", "positive", "lock"),
})  # fmt: skip
STATES = Tags({
    k.MENUNGGU_NOMOR: ("Menunggu nomor", "warning", "clock"),
    k.MENUNGGU_TANDA_TANGAN: ("Menunggu tanda tangan", "warning", "pencil"),
    k.BERLAKU: ("Berlaku", "positive", "circle-check"), k.DITANGGUHKAN: ("Ditangguhkan", "warning", "alert-triangle"),
    k.DICABUT: ("Dicabut", "negative", "ban"), k.KEDALUWARSA: ("Kedaluwarsa", "negative", "calendar"),
    k.DIGANTIKAN: ("Digantikan", "guide", "refresh"),
})  # fmt: skip
BLANKO_STATES = Tags({
    k.STOK: ("Stok", "positive", "archive"), k.TERPAKAI: ("Terpakai", "guide", "certificate"),
    k.RUSAK: ("Rusak", "negative", "x"), k.HILANG: ("Hilang", "negative", "help-circle"),
})  # fmt: skip
SURVEILAN_STATES = Tags({
    "MENUNGGU": ("Menunggu laporan", "", "clock"), "DIKIRIM": ("Perlu diputuskan", "warning", "inbox"),
    "SESUAI": ("Sesuai", "positive", "check"), "TEMUAN": ("Ada temuan", "negative", "alert-triangle"),
})  # fmt: skip
BANDING_STATES = Tags(
    {
        "DIAJUKAN": (BANDING_WORDS["DIAJUKAN"], "warning", "inbox"),
        "DIREGISTRASI": (BANDING_WORDS["DIREGISTRASI"], "guide", "list"),
        "DITELAAH": (BANDING_WORDS["DITELAAH"], "guide", "eye"),
        "TANDA": ("Menunggu tanda tangan", "warning", "pencil"),
        "DITERIMA": (BANDING_WORDS["DITERIMA"], "positive", "check"),
        "DITOLAK": (BANDING_WORDS["DITOLAK"], "negative", "x"),
    }
)
TINDAKAN_STATES = Tags(
    {
        k.DIUSULKAN: ("Menunggu keputusan", "warning", "clock"),
        k.DISETUJUI: ("Menunggu tanda tangan", "warning", "pencil"),
        k.DITOLAK: ("Tidak disetujui", "", "x"),
        k.SELESAI: ("Ditetapkan", "positive", "check"),
    }
)
SUDAH, BELUM = "SUDAH", "BELUM"
SIGNED = Tags({SUDAH: ("Ditandatangani", "positive", "check"), BELUM: ("Menunggu tanda tangan", "warning", "pencil")})


def _words(*columns: Any) -> Any:
    """Search without an index, in lists of thousands."""
    joined = sa.func.lower(sa.func.f_unaccent(sa.func.concat_ws(" ", *columns)))
    return lambda words: matches([joined], words)


def _count(of: Any, *where: Any) -> Any:
    return sa.select(sa.func.count(of.id)).where(*where).scalar_subquery()


PLENO = Listing(
    "pleno-lsp",
    title="Pleno",
    noun="pleno",
    rows=policies.visible_pleno,
    key=k.Pleno.id,
    sort="-tanggal",
    can=PUTUSAN,
    columns=[
        Column("nomor", "Nomor", k.Pleno.nomor, link="/sertifikasi/pleno/{id}"),
        Column("tanggal", "Tanggal", k.Pleno.tanggal, sort=True, indexed=False),
        Column("status", "Keadaan", k.Pleno.status, show=PLENO_STATES),
        Column("tempat", "Tempat", k.Pleno.tempat),
        Column("baris", "Baris", _count(k.Keputusan, k.Keputusan.pleno_id == k.Pleno.id), number=True),
        Column(
            "sisa",
            "Belum diputus",
            _count(k.Keputusan, k.Keputusan.pleno_id == k.Pleno.id, k.Keputusan.hasil == ""),
            number=True,
        ),
    ],
    filters=[Choice("status", "Keadaan", k.Pleno.status, options=PLENO_STATES.options)],
)

SK = Listing(
    "sk-lsp", title="Surat keputusan", noun="SK", rows=policies.visible_sk, key=k.Sk.id, sort="-tanggal", can=PUTUSAN,
    join=[(s.SkemaVersi, s.SkemaVersi.id == k.Sk.skema_versi_id)], search=_words(k.Sk.nomor, s.SkemaVersi.judul),
    search_label="Nomor atau skema",
    columns=[
        Column("nomor", "Nomor", k.Sk.nomor, link="/sertifikasi/sk/{id}"),
        Column("tanggal", "Tanggal", k.Sk.tanggal, sort=True, indexed=False),
        Column("skema", "Skema", s.SkemaVersi.judul),
        Column("keadaan", "Keadaan", sa.case((k.Sk.ditandatangani_at.is_not(None), SUDAH), else_=BELUM), show=SIGNED),
        Column("baris", "Asesi", sa.func.jsonb_array_length(k.Sk.isi["baris"]), number=True),
    ],
)  # fmt: skip


def _certificates(user: Principal) -> sa.Select[Any]:
    return policies.visible_sertifikat(user).join(s.SkemaVersi, s.SkemaVersi.id == k.Sertifikat.skema_versi_id)


def _certificate_list(name: str, holder: Column) -> Listing:
    return Listing(
        name, title="Sertifikat", noun="sertifikat", rows=_certificates, key=k.Sertifikat.id, sort="-diputus",
        can=REGISTER_SERTIFIKAT,
        search=[k.Sertifikat.cari],
        search_label="Nama, nomor, atau kode",
        columns=[
            holder,
            Column("skema", "Skema", s.SkemaVersi.judul),
            Column("nomor", "Nomor sertifikat", k.Sertifikat.nomor),
            Column("no_reg", "Nomor registrasi", k.Sertifikat.no_reg, screen=False),
            Column("status", "Keadaan", k.Sertifikat.status, show=STATES),
            Column("diputus", "Diputus", k.Sertifikat.diputus, sort=True),
            Column("sampai", "Berlaku sampai", k.Sertifikat.sampai, sort=True),
        ],
        filters=[
            Choice("status", "Keadaan", k.Sertifikat.status, options=STATES.options),
            Choice("skema", "Skema", s.SkemaVersi.skema_id, options=skema_options),
            DateRange("sampai", "Berlaku sampai", k.Sertifikat.sampai),
        ],
    )  # fmt: skip


_LINK = "/sertifikasi/sertifikat/{id}"
SERTIFIKAT = _certificate_list("sertifikat-lsp", Column("nama", "Nama", k.Sertifikat.nama, sort=True, link=_LINK))
_COVERED = samar.name_outside(k.Sertifikat.nama, k.Sertifikat.user_id)
SERTIFIKAT_LUAR = _certificate_list("sertifikat-luar", Column("nama", "Nama", _COVERED, link=_LINK))


def _of_blanko(words: str) -> sa.ColumnElement[bool]:
    """By its own number or by the certificate printed on it, each under its index."""
    own = sa.select(k.Blanko.id).where(matches([k.Blanko.cari], words))
    used = sa.select(k.Sertifikat.blanko_id).where(matches([k.Sertifikat.cari], words))
    return k.Blanko.id.in_(own.union(used.where(k.Sertifikat.blanko_id.is_not(None))))


BLANKO = Listing(
    "blanko-lsp", title="Blanko", noun="blanko", rows=policies.visible_blanko, key=k.Blanko.id, sort="seri", can=LIHAT,
    join=[(k.Sertifikat, k.Sertifikat.blanko_id == k.Blanko.id)], search=_of_blanko,
    search_label="Seri atau nama",
    columns=[
        Column("seri", "Seri", k.Blanko.seri, sort=True, link="/sertifikasi/blanko/{id}"),
        Column("status", "Keadaan", k.Blanko.status, show=BLANKO_STATES),
        Column("nama", "Dipakai untuk", k.Sertifikat.nama), Column("catatan", "Catatan", k.Blanko.catatan),
    ],
    filters=[Choice("status", "Keadaan", k.Blanko.status, options=BLANKO_STATES.options)],
)  # fmt: skip

PAKET = Listing(
    "paket-lsp",
    title="Paket BNSP",
    noun="paket",
    rows=policies.visible_paket,
    key=k.PaketBnsp.id,
    sort="-tanggal",
    can=VERIFIKASI,
    columns=[
        Column("nomor", "Nomor surat", k.PaketBnsp.nomor, link="/sertifikasi/paket/{id}"),
        Column("tanggal", "Tanggal", k.PaketBnsp.tanggal, sort=True, indexed=False),
        Column("sk", "SK", sa.func.jsonb_array_length(k.PaketBnsp.sk), number=True),
        Column("siap", "Siap diunduh", k.PaketBnsp.dokumen_id.is_not(None)),
        Column("sertifikat", "Sertifikat", _count(k.Sertifikat, k.Sertifikat.paket_id == k.PaketBnsp.id), number=True),
        Column(
            "kurang",
            "Belum bernomor",
            _count(k.Sertifikat, k.Sertifikat.paket_id == k.PaketBnsp.id, k.Sertifikat.nomor.is_(None)),
            number=True,
        ),
    ],
)

TINDAKAN = Listing(
    "tindakan-lsp", title="Tindakan atas sertifikat", noun="tindakan", rows=policies.visible_tindakan,
    key=k.Tindakan.id, sort="-diusulkan", can=REKAP, join=[(k.Sertifikat, k.Sertifikat.id == k.Tindakan.sertifikat_id)],
    columns=[
        Column("nama", "Pemegang", k.Sertifikat.nama, link="/sertifikasi/tindakan/{id}"),
        Column("nomor", "Nomor sertifikat", k.Sertifikat.nomor),
        Column("jenis", "Tindakan", k.Tindakan.jenis, show=lambda v: JENIS.get(v, v)),
        Column("status", "Keadaan", k.Tindakan.status, show=TINDAKAN_STATES),
        Column("ditimbang", "Pertimbangan", sa.func.jsonb_array_length(k.Tindakan.pertimbangan), number=True),
        Column("diusulkan", "Diusulkan", k.Tindakan.dibuat_at, sort=True, indexed=False),
    ],
    filters=[Choice("status", "Keadaan", k.Tindakan.status, options=TINDAKAN_STATES.options)],
)  # fmt: skip

SURVEILAN = Listing(
    "surveilan-lsp", title="Surveilan", noun="surveilan", rows=policies.visible_surveilan, key=k.Surveilan.id,
    sort="jatuh_tempo", can=REGISTER_SERTIFIKAT, join=[(k.Sertifikat, k.Sertifikat.id == k.Surveilan.sertifikat_id)],
    search=[k.Sertifikat.cari], search_label="Nama atau nomor",
    columns=[
        Column("nama", "Nama", k.Sertifikat.nama, link="/sertifikasi/surveilan/{id}"),
        Column("nomor", "Nomor sertifikat", k.Sertifikat.nomor), Column("ke", "Ke", k.Surveilan.ke, number=True),
        Column("jatuh_tempo", "Jatuh tempo", k.Surveilan.jatuh_tempo, sort=True),
        Column("status", "Keadaan", k.Surveilan.status, show=SURVEILAN_STATES),
        Column("dikirim", "Dilaporkan", k.Surveilan.dikirim_at),
    ],
    filters=[
        Choice("status", "Keadaan", k.Surveilan.status, options=SURVEILAN_STATES.options),
        DateRange("jatuh", "Jatuh tempo", k.Surveilan.jatuh_tempo),
    ],
)  # fmt: skip


def _appeal_state() -> sa.ColumnElement[str]:
    """The decision of the panel waits for the ketua."""
    waits = sa.and_(k.Banding.status == "DITELAAH", k.Banding.hasil != "")
    return sa.case((waits, "TANDA"), else_=k.Banding.status)


BANDING = Listing(
    "banding-lsp",
    title="Banding",
    noun="banding",
    rows=policies.visible_banding,
    key=k.Banding.id,
    sort="-masuk",
    can=REKAP,
    join=[(m.Permohonan, m.Permohonan.id == k.Banding.permohonan_id)],
    columns=[
        Column("nomor", "Nomor", k.Banding.nomor, link="/sertifikasi/banding/{id}"),
        Column("status", "Keadaan", _appeal_state(), show=BANDING_STATES),
        Column("nama", "Asesi", m.Permohonan.nama),
        Column("permohonan", "Permohonan", m.Permohonan.nomor),
        Column("masuk", "Diajukan", k.Banding.dibuat_at, sort=True, indexed=False),
        Column("batas", "Batas jawab", k.Banding.batas_jawab, sort=True, indexed=False),
    ],
    filters=[Choice("status", "Keadaan", options=BANDING_STATES.options, where=lambda v, ask: _appeal_state() == v)],
)
