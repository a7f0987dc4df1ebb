"""Rules of every kind but jabatan (catalogue of section 1.8): what may not be stored and what is only unusual.

`periksa` compares the typed values with the verified register. A rule never stores anything.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import hitung
from portal.kepegawaian.riwayat import aturan, jenis
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.aturan import PALING_LAMA, Temuan
from portal.kepegawaian.riwayat.jenis import Jenis
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import JF
from portal.kernel import calendar, identifiers, organisation
from portal.kernel.db import db
from portal.kernel.organisation import Orang, Pegawai

HARI = timedelta(days=1)
TINGKAT = {  # PP 94/2021 articles 8 and PP 53/2010 article 7
    "R": ("TEGURAN_LISAN", "TEGURAN_TERTULIS", "TIDAK_PUAS"),
    "S": ("POTONG_6", "POTONG_9", "POTONG_12", "TUNDA_KGB", "TUNDA_KP", "TURUN_PANGKAT"),
    "B": ("TURUN_JABATAN", "BEBAS_JABATAN", "PDHTAPS", "TURUN_PANGKAT"),
}
KP_BEBAS = ("209", "210", "211")  # kinds of promotion that never had fixed months
PERIODE = (  # months in which ranks may rise, and until when it was so; every month since 1 October 2025
    (date(2024, 1, 1), (4, 10), "Sebelum 2024 kenaikan pangkat berlaku 1 April atau 1 Oktober"),
    (date(2025, 10, 1), (2, 4, 6, 8, 10, 12), "Sampai September 2025 kenaikan pangkat berlaku enam kali setahun, mulai "
                                              "Februari tiap dua bulan"),
)  # fmt: skip


@dataclass
class Perkara:
    """One entry under examination. `isi`: own fields, `kecuali`: entries it replaces or is."""

    pegawai: Pegawai
    orang: Orang
    kind: Jenis
    v: Mapping[str, Any]
    isi: Mapping[str, Any]
    kecuali: tuple[uuid.UUID, ...]
    temuan: Temuan

    @property
    def tmt(self) -> date:
        day: date = self.v["tmt"]
        return day

    @property
    def selesai(self) -> date | None:
        return self.v.get("selesai")

    def hari(self, nama: str) -> date | None:
        """A day among the own fields."""
        value = self.isi.get(nama)
        if isinstance(value, date):
            return value
        return date.fromisoformat(value) if value else None

    def lain(self, *more: Any, proposed: bool = False, kind: str = "") -> list[Any]:
        """Other entries of the same kind (or of `kind`), verified; with `proposed` also those under way."""
        table = r.TABEL[jenis.JENIS[kind or self.kind.kode].tabel]
        states = (r.TERVERIFIKASI, r.DIAJUKAN, r.DIPERIKSA) if proposed else (r.TERVERIFIKASI,)
        query = sa.select(table).where(table.pegawai_id == self.pegawai.id, table.status.in_(states), *more)
        if table is r.RiwayatLain:
            query = query.where(r.RiwayatLain.jenis == (kind or self.kind.kode))
        if self.kecuali:
            query = query.where(table.id.not_in(self.kecuali))
        return list(db.session.scalars(query.order_by(table.tmt)))


def periksa(
    kind: Jenis, pegawai: Pegawai, v: Mapping[str, Any], kecuali: tuple[uuid.UUID | None, ...] = ()
) -> Temuan:  # fmt: skip
    """`v`: columns as `isian.baca` gives them. `kecuali`: the entry itself and the one it replaces."""
    isi = v.get("isi", v)
    orang = db.session.get_one(Orang, pegawai.orang_id)
    one = Perkara(pegawai, orang, kind, v, isi, tuple(key for key in kecuali if key), Temuan())
    if v.get("tmt") is None:
        return one.temuan
    _common(one)
    if not one.temuan.galat:
        RULES.get(kind.kode, lambda _: None)(one)
    return one.temuan


def _common(one: Perkara) -> None:
    t, signed = one.temuan, one.v.get("tanggal_sk")
    if one.tmt < PALING_LAMA:
        t.salah("tmt", f"{one.kind.tmt}: periksa tahunnya")
    born = one.orang.tanggal_lahir
    if born and one.kind.kode != "KELUARGA" and one.tmt <= born:
        t.salah("tmt", f"{one.kind.tmt}: sebelum tanggal lahir pegawai")
    if one.selesai and one.selesai < one.tmt:
        t.salah("selesai", f"{one.kind.selesai}: tidak boleh sebelum {one.kind.tmt.lower()}")
    if signed and one.tmt and signed > one.tmt + timedelta(days=365):
        t.ingat("tanggal_sk", "Tanggal SK lebih dari 12 bulan setelah TMT")
    if signed and signed > organisation.today():
        t.salah("tanggal_sk", "Tanggal SK: tidak boleh setelah hari ini")


def _cpns(one: Perkara) -> None:
    t, pns = one.temuan, one.hari("tmt_pns")
    if one.lain(proposed=True):
        t.salah("", "Riwayat CPNS dan PNS pegawai ini sudah ada. Ganti yang lama, jangan menambah.")
    if pns and pns <= one.tmt:
        t.salah("tmt_pns", "TMT PNS: harus setelah TMT CPNS")
    elif pns and pns > _months(one.tmt, 24):
        t.ingat("tmt_pns", "Masa CPNS lebih dari 2 tahun")
    elif pns and pns > _months(one.tmt, 12):
        t.ingat("tmt_pns", "Masa CPNS lebih dari 1 tahun")
    elif pns is None and _months(one.tmt, 12) < organisation.today():
        t.ingat("tmt_pns", "CPNS lebih dari 1 tahun, TMT PNS belum diisi")
    nip = identifiers.Nip.parse(one.pegawai.nip or "").normal
    if nip and nip[8:14] != f"{one.tmt:%Y%m}":
        t.ingat("tmt", f"TMT CPNS berbeda dari NIP ({nip[12:14]}/{nip[8:12]})")


def _agreement(one: Perkara) -> None:
    t, others = one.temuan, one.lain(proposed=True)
    if one.selesai is None:
        return
    years = 1 if one.pegawai.status == "PPPK_PARUH_WAKTU" and not one.v.get("penuh_waktu") else 5
    if one.selesai > _months(one.tmt, 12 * years) - HARI:
        t.salah("selesai", f"Perjanjian paling lama {years} tahun")
    if one.selesai < _months(one.tmt, 12) - HARI:
        t.salah("selesai", "Perjanjian paling singkat 1 tahun")
    if any(row.tmt <= one.selesai and (row.selesai or date.max) >= one.tmt for row in others):
        t.salah("tmt", "Masa perjanjian ini bertindihan dengan perjanjian lain")
    before = [row for row in others if row.tmt < one.tmt]
    if before and before[-1].selesai and before[-1].selesai + HARI < one.tmt:
        t.ingat("tmt", f"Ada jeda setelah perjanjian yang berakhir {calendar.tanggal(before[-1].selesai)}")
    last = _last_day_of_bup(one)
    if last and one.selesai > last:
        t.salah("selesai", f"Perjanjian tidak boleh melewati akhir bulan BUP, {calendar.tanggal(last)}")


def _last_day_of_bup(one: Perkara) -> date | None:
    """End of the month in which the BUP of the last jabatan is reached; None while that is unknown."""
    query = sa.select(Keadaan.jenjang, Keadaan.bup).where(
        Keadaan.pegawai_id == one.pegawai.id, Keadaan.jenjang != "", Keadaan.mulai <= one.tmt
    )
    seat = db.session.execute(query.order_by(Keadaan.mulai.desc()).limit(1)).first()
    if seat is None or one.orang.tanggal_lahir is None:
        return None
    return hitung(one.orang.tanggal_lahir, seat.jenjang, one.pegawai.status, bup_override=seat.bup).hari_aktif_terakhir


def _rank(one: Perkara) -> None:
    t, rows = one.temuan, one.lain()
    if one.tmt.day != 1:
        t.salah("tmt", "TMT: golongan berlaku mulai tanggal 1")
    if any(row.tmt == one.tmt for row in rows):
        t.salah("tmt", "Sudah ada golongan terverifikasi dengan TMT ini. Ganti yang lama.")
    new = kode.urutan_golongan(one.v["golongan"])
    before = [row for row in rows if row.tmt < one.tmt]
    if before and new < kode.urutan_golongan(before[-1].golongan) and not _lowered(one):
        t.salah("golongan", f"Golongan turun dari {before[-1].golongan} tanpa hukuman disiplin yang terverifikasi")
    after = [row for row in rows if row.tmt > one.tmt]
    if after and new > kode.urutan_golongan(after[0].golongan):
        t.ingat("golongan", f"Golongan berikutnya lebih rendah: {after[0].golongan}")
    kind = one.v.get("jenis_kp", "")
    until = next(((months, words) for end, months, words in PERIODE if one.tmt < end), None)
    if until and one.tmt.month not in until[0] and kind not in KP_BEBAS:
        t.ingat("tmt", until[1])
    if kind == "101":
        _ceiling(one, new)


def _lowered(one: Perkara) -> bool:
    """A verified discipline decision that lowers the rank and holds on the TMT."""
    rows = one.lain(r.RiwayatLain.tmt <= one.tmt, kind="HUKDIS")
    lowering = [row for row in rows if row.isi.get("jenis") in ("TURUN_PANGKAT", "TURUN_JABATAN", "BEBAS_JABATAN")]
    return any((row.selesai or date.max) >= one.tmt for row in lowering)


def _ceiling(one: Perkara, new: int) -> None:
    """Regular promotion ends where the education ends (national reference)."""
    levels = [kode.pendidikan().get(row.tingkat) for row in one.lain(kind="PENDIDIKAN") if row.tmt <= one.tmt]
    highest = max((level for level in levels if level), key=lambda level: level.urutan, default=None)
    if highest and highest.gol_maks and new > kode.urutan_golongan(highest.gol_maks):
        one.temuan.ingat("golongan", f"Melewati batas kenaikan reguler untuk {highest.nama}: {highest.gol_maks}")


def _pay(one: Perkara) -> None:
    t, before = one.temuan, [row for row in one.lain() if row.tmt < one.tmt]
    if before and _months(before[-1].tmt, 24) != one.tmt:
        t.ingat("tmt", f"Gaji berkala biasanya 2 tahun setelah yang terakhir ({calendar.tanggal(before[-1].tmt)})")
    if one.isi.get("gaji_lama") and one.isi.get("gaji_baru", 0) <= one.isi["gaji_lama"]:
        t.ingat("gaji_baru", "Gaji baru tidak lebih besar dari gaji lama")


def _education(one: Perkara) -> None:
    t, born = one.temuan, one.orang.tanggal_lahir
    if one.tmt > organisation.today():
        t.salah("tmt", "Tanggal lulus: tidak boleh setelah hari ini")
    if born and one.tmt <= _months(born, 60):
        t.salah("tmt", "Tanggal lulus: kurang dari 5 tahun setelah lahir")
    if one.v.get("pertama") and one.lain(r.RiwayatPendidikan.pertama, proposed=True):
        t.salah("pertama", "Ijazah saat pengangkatan sudah ditandai pada riwayat lain")
    if one.lain(r.RiwayatPendidikan.tingkat == one.v["tingkat"], r.RiwayatPendidikan.tmt == one.tmt, proposed=True):
        t.ingat("tingkat", "Sudah ada pendidikan dengan tingkat dan tanggal lulus yang sama")


def _course(one: Perkara) -> None:
    hours = one.isi.get("jam") or 0
    if hours <= 0:
        one.temuan.salah("jam", "Jam pelajaran: harus lebih dari 0")
    days = ((one.selesai or one.tmt) - one.tmt).days + 1
    if one.selesai and hours > days * 24:
        one.temuan.ingat("jam", f"Jam pelajaran lebih banyak dari {days} hari penuh")
    if one.tmt > organisation.today():
        one.temuan.salah("tmt", "Mulai: tidak boleh setelah hari ini")


def _certificate(one: Perkara) -> None:
    if one.selesai and one.selesai < organisation.today():
        one.temuan.ingat("selesai", "Sertifikat ini sudah tidak berlaku")


def _family(one: Perkara) -> None:
    t, born, today = one.temuan, one.hari("tanggal_lahir"), organisation.today()
    if born is None:
        return
    if born > today:
        t.salah("tanggal_lahir", "Tanggal lahir: tidak boleh setelah hari ini")
    FAMILY.get(str(one.isi.get("hubungan")), lambda *_: None)(one, born)


def _spouse(one: Perkara, born: date) -> None:
    current = [
        row for row in one.lain(proposed=True)
        if row.isi.get("hubungan") == "PASANGAN" and row.isi.get("hidup") and row.selesai is None
    ]  # fmt: skip
    if one.isi.get("hidup") and one.selesai is None and current:
        name = current[0].isi.get("nama", "")
        if one.v.get("keterangan"):
            one.temuan.ingat("hubungan", f"Masih tercatat pasangan {name}. Pastikan ada izin (PP 10/1983).")
        else:
            one.temuan.salah("hubungan", f"Masih tercatat pasangan {name}. Akhiri dulu, atau tulis izinnya.")


def _child(one: Perkara, born: date) -> None:
    t, today = one.temuan, organisation.today()
    parent = one.orang.tanggal_lahir
    if parent and born < _months(parent, 12 * 12):
        t.salah("tanggal_lahir", "Tanggal lahir anak: kurang dari 12 tahun setelah pegawai lahir")
    if not one.isi.get("tanggungan"):
        return
    limit = 25 if one.isi.get("kuliah") else 21
    if _months(born, 12 * limit) <= today:
        t.salah(
            "tanggungan",
            f"Anak sudah {limit} tahun: tidak lagi tanggungan"
            + ("" if limit == 25 else ". Sampai 25 tahun hanya jika masih kuliah, belum kawin, belum bekerja."),
        )
    if not one.isi.get("hidup"):
        t.salah("tanggungan", "Anak yang sudah meninggal bukan tanggungan")


FAMILY: dict[str, Callable[[Perkara, date], None]] = {"PASANGAN": _spouse, "ANAK": _child}


def _discipline(one: Perkara) -> None:
    level, kind = str(one.isi.get("tingkat")), one.isi.get("jenis")
    if kind not in TINGKAT.get(level, ()):
        one.temuan.salah("jenis", "Jenis hukuman ini bukan dari tingkat yang dipilih")
    old = kind in ("TUNDA_KGB", "TUNDA_KP", "TURUN_PANGKAT")
    if old and one.isi.get("dasar") == "PP94":
        one.temuan.salah("dasar", "Jenis hukuman ini hanya ada di PP 53/2010")


def _leave(one: Perkara) -> None:
    if one.selesai is None:
        return
    rows = one.lain(proposed=True)
    taken = [row for row in rows if row.tmt <= one.selesai and (row.selesai or row.tmt) >= one.tmt]
    if taken:
        end = taken[0].selesai or taken[0].tmt
        one.temuan.salah("tmt", f"Bertindihan dengan cuti {calendar.rentang(taken[0].tmt, end)}")
    if (one.isi.get("hari") or 0) > (one.selesai - one.tmt).days + 1:
        one.temuan.salah("hari", "Lama cuti lebih panjang dari tanggalnya")


def _credit(one: Perkara) -> None:
    query = sa.select(Keadaan.jenis_jabatan).where(
        Keadaan.pegawai_id == one.pegawai.id, Keadaan.mulai <= one.tmt, Keadaan.sampai >= one.tmt
    )
    if db.session.scalar(query) != JF:
        one.temuan.salah("tmt", "Angka kredit hanya untuk pejabat fungsional. Pada tanggal itu bukan.")
    if float(one.isi.get("total") or 0) <= 0:
        one.temuan.salah("total", "Angka kredit: harus lebih dari 0")


def _service(one: Perkara) -> None:
    if not one.isi.get("mk_tahun") and not one.isi.get("mk_bulan"):
        one.temuan.salah("mk_tahun", "Isi masa kerja yang ditambahkan")
    if any(row.tmt == one.tmt for row in one.lain()):
        one.temuan.ingat("tmt", "Sudah ada peninjauan masa kerja dengan TMT ini")


def _transfer(one: Perkara) -> None:
    words = [" ".join(str(one.isi.get(name, "")).lower().split()) for name in ("asal", "tujuan")]
    if words[0] == words[1]:
        one.temuan.salah("tujuan", "Instansi tujuan sama dengan instansi asal")


def _absence(one: Perkara) -> None:
    t, back = one.temuan, one.hari("aktif_kembali")
    if back and back <= one.tmt:
        t.salah("aktif_kembali", "Aktif kembali: harus setelah mulai")
    if one.selesai is None:
        return
    if any(row.tmt <= one.selesai and (row.selesai or date.max) >= one.tmt for row in one.lain(proposed=True)):
        t.salah("tmt", "Bertindihan dengan CLTN atau tugas belajar lain")
    if one.isi.get("jenis") == "CLTN" and one.selesai > _months(one.tmt, 36):
        t.ingat("selesai", "CLTN lebih dari 3 tahun. Pastikan ada perpanjangan.")
    if back is None and one.selesai < organisation.today():
        t.ingat("aktif_kembali", "Masanya sudah lewat, tetapi belum ada tanggal aktif kembali")


def _standing(one: Perkara) -> None:
    t, rows = one.temuan, one.lain()
    if any(row.tmt == one.tmt for row in rows):
        t.salah("tmt", "Sudah ada kedudukan terverifikasi dengan TMT ini. Ganti yang lama.")
    before = [row for row in rows if row.tmt < one.tmt]
    if before and before[-1].kode == one.v["kode"] and before[-1].selesai is None:
        t.ingat("kode", "Kedudukan sebelumnya sudah sama")
    if before and before[-1].selesai and before[-1].selesai + HARI < one.tmt:
        t.ingat("tmt", f"Ada jeda setelah kedudukan yang berakhir {calendar.tanggal(before[-1].selesai)}")
    after = [row for row in rows if row.tmt > one.tmt]
    if after and one.selesai and one.selesai >= after[0].tmt:
        t.salah("selesai", f"Bertindihan dengan kedudukan mulai {calendar.tanggal(after[0].tmt)}")
    if one.selesai and (not after or after[0].tmt > one.selesai + HARI):
        t.ingat("selesai", "Setelah tanggal ini belum ada kedudukan. Catat juga kedudukan berikutnya.")


def _superior(one: Perkara) -> None:
    """A change of atasan within a seat: the rules of R8 on its day, and a seat that runs then."""
    key = one.isi.get("atasan_id")
    found = aturan.periksa_atasan(one.pegawai, uuid.UUID(str(key)) if key else None, one.tmt)
    one.temuan.galat += found.galat
    one.temuan.peringatan += found.peringatan
    seat = sa.select(Keadaan.riwayat_jabatan_id).where(
        Keadaan.pegawai_id == one.pegawai.id, Keadaan.mulai <= one.tmt, Keadaan.sampai >= one.tmt
    )
    if db.session.scalar(seat) is None:
        one.temuan.salah("tmt", "Belum ada jabatan yang berjalan pada tanggal itu")
    if [row for row in one.lain(proposed=True) if row.tmt == one.tmt]:
        one.temuan.salah("tmt", "Sudah ada penggantian atasan pada tanggal itu")


def _months(day: date, count: int) -> date:
    """The same day so many months later, the last of the month where it has none."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - HARI).day
    return date(year, month + 1, min(day.day, last))


RULES: dict[str, Callable[[Perkara], None]] = {
    "CPNS_PNS": _cpns, "PERJANJIAN": _agreement, "GOLONGAN": _rank, "KGB": _pay, "PENDIDIKAN": _education,
    "DIKLAT": _course, "KURSUS": _course, "SERTIFIKASI": _certificate, "KELUARGA": _family, "HUKDIS": _discipline,
    "CUTI": _leave, "ANGKA_KREDIT": _credit, "PMK": _service, "PINDAH": _transfer, "CLTN": _absence,
    "KEDUDUKAN": _standing, "ATASAN": _superior,
}  # fmt: skip
