"""Settings of the personnel office: each has a default with its source; a row in force on the day wins."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from portal.kepegawaian.rujukan.models import Pengaturan
from portal.kernel import activity, numbers
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal

activity.declare(**{"kepegawaian.pengaturan": "kunci sebelum sesudah mulai"})


@dataclass(frozen=True)
class Aturan:
    """One setting. `nilai`: the default; its type is that of every later value. `pilihan`: the values allowed."""

    kunci: str
    judul: str
    nilai: Any
    dasar: str
    satuan: str = ""
    pilihan: tuple[tuple[str, str], ...] = ()


DIDIK = (("15", "SLTA"), ("20", "D-I"), ("25", "D-II"), ("30", "D-III"), ("35", "D-IV atau S-1"), ("45", "S-2"))
DAFTAR = {one.kunci: one for one in (
    Aturan("aps_usia_min", "Usia paling muda pensiun dini (APS)", 50, "UU 11/1969; PP 11/2017 menyebut 45", "tahun"),
    Aturan("aps_masa_kerja_min", "Masa kerja paling sedikit pensiun dini (APS)", 20, "UU 11/1969", "tahun"),
    Aturan("pensiun_horizon", "Calon pensiun tampil sejak", 18, "Kebiasaan; belum ditetapkan", "bulan"),
    Aturan("sertifikat_ingat", "Sertifikat yang akan berakhir diingatkan sejak", 3, "Belum ditetapkan", "bulan"),
    Aturan("tambahan_batas", "Lama wajar Plt/Plh", 3, "SE BKN 1/2021", "bulan"),
    Aturan("pendidikan_dicantumkan", "Pendidikan terakhir dihitung", "VERIFIKASI", "Belum ditetapkan", "", (
        ("VERIFIKASI", "setelah ijazah terverifikasi"), ("DICANTUMKAN", "setelah gelar dicantumkan BKN"),
    )),
    Aturan("peta_tanggal_beku", "Peta bulanan dibekukan bulan berikutnya, tanggal", 3, "Belum ditetapkan"),
    Aturan("nomor_pengantar", "Nomor surat pengantar", "DIBUAT", "Belum ditetapkan", "", (
        ("DIBUAT", "dibuat di sini"), ("DIISI", "diisi dari e-office"),
    )),
    Aturan("pola_pengantar", "Pola nomor surat pengantar", "800/{urut}/{opd}/{tahun}", "Kebiasaan"),
    Aturan("berkas_maks_mb", "Ukuran berkas paling besar", 5, "Belum ditetapkan", "MB"),
    Aturan("mutu_didik_jpt", "Pendidikan paling rendah JPT", "35", "PP 11/2017 ps 107", "", DIDIK),
    Aturan("mutu_didik_administrator", "Pendidikan paling rendah administrator", "35", "PP 11/2017 ps 54", "", DIDIK),
    Aturan("mutu_didik_pengawas", "Pendidikan paling rendah pengawas", "30", "PP 11/2017 ps 54", "", DIDIK),
    Aturan("mutu_didik_keahlian", "Pendidikan paling rendah JF keahlian", "35", "PP 11/2017 ps 75", "", DIDIK),
    Aturan("mutu_didik_keterampilan", "Pendidikan paling rendah JF keterampilan", "15", "PP 11/2017 ps 75", "", DIDIK),
    Aturan("peran_koordinasi", "Peran koordinasi yang dapat diberikan", "SEMUA", "Belum ditetapkan", "", (
        ("SEMUA", "Koordinator, subkoordinator, dan ketua tim"), ("KETUA_TIM", "Ketua tim saja"),
        ("KOOR", "Koordinator dan subkoordinator saja"),
    )),
    Aturan("koor_boleh_atasan", "Koordinator boleh menjadi atasan", "YA", "Belum ditetapkan", "", (
        ("YA", "Ya"), ("TIDAK", "Tidak"),
    )),
)}  # fmt: skip


def nilai(kunci: str, on: date) -> Any:
    """The value in force on a day. Raises KeyError for a setting that is not declared."""
    return semua(on)[kunci]


def semua(on: date) -> dict[str, Any]:
    """Every setting on a day, one statement."""
    return dari(db.session.scalar(sa.select(kolom_semua(on))))


def kolom_semua(on: date) -> sa.ScalarSelect[Any]:
    """`semua` as an expression, for a statement that reads other things as well; `dari` reads what it gives."""
    latest: Any = aggregate_order_by(Pengaturan.nilai["nilai"], Pengaturan.mulai, Pengaturan.id)  # the last one stays
    kept = sa.func.jsonb_object_agg(Pengaturan.kunci, latest, type_=JSONB)
    return sa.select(kept).where(Pengaturan.mulai <= on).scalar_subquery()


def dari(kept: dict[str, Any] | None) -> dict[str, Any]:
    """Defaults, and what is kept of the settings that are declared."""
    values = {kunci: one.nilai for kunci, one in DAFTAR.items()}
    return values | {kunci: value for kunci, value in (kept or {}).items() if kunci in values}


def kolom(kunci: str, on: date) -> sa.ColumnElement[str]:
    """`nilai` as an expression, in words: for a statement that reads other things as well."""
    row = sa.select(Pengaturan.nilai["nilai"].astext).where(Pengaturan.kunci == kunci, Pengaturan.mulai <= on)
    latest = row.order_by(Pengaturan.mulai.desc(), Pengaturan.id.desc()).limit(1).scalar_subquery()
    return sa.func.coalesce(latest, str(DAFTAR[kunci].nilai))


def ubah(kunci: str, typed: str, mulai: date, dasar: str, user: Principal) -> None:
    """A new value from a day on, with its source. Raises Invalid."""
    known = DAFTAR[kunci]
    value: Any = typed.strip()
    if isinstance(known.nilai, int):
        value = numbers.whole(value, 1, 600)
        if value is None:
            raise Invalid(kunci, f"{known.judul}: tulis bilangan 1 sampai 600")
    elif known.pilihan and value not in dict(known.pilihan):
        raise Invalid(kunci, f"{known.judul}: pilih salah satu")
    elif not 0 < len(value) <= 200:
        raise Invalid(kunci, f"{known.judul}: tulis 1 sampai 200 huruf")
    before = nilai(kunci, mulai)
    db.session.add(Pengaturan(kunci=kunci, nilai={"nilai": value}, dasar=dasar, mulai=mulai, diubah_oleh_id=user.id))
    activity.log("kepegawaian.pengaturan", by=user, kunci=kunci, sebelum=before, sesudah=value, mulai=mulai)
