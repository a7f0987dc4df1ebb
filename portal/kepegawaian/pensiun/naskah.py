"""Papers of a request as PDF: DPCP, the two letters the head of the OPD signs, lists of names.

Form of DPCP: PerBKN 2/2018. The bytes depend on the register and the day only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.pensiun import calon, hak
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.forms import HUBUNGAN
from portal.kepegawaian.pensiun.jenis import JENIS, PENSIUN
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import kode
from portal.kernel import calendar, numbers, organisation
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.listing import Ask
from portal.kernel.organisation import Orang, Pegawai, Unit
from portal.kernel.people import Principal
from portal.kernel.reports import A4, Letterhead, Page, Signature
from portal.kernel.storage import config

PALING_BANYAK = 1500
KOTA, KABUPATEN = "Pemerintah Kota ", "Pemerintah Kabupaten "
ANAK = 25  # years: a child of that age is no dependant
KAWIN = {"1": "Menikah", "2": "Cerai", "3": "Janda/Duda", "4": "Belum menikah"}
TITIK = "…" * 12


@dataclass(frozen=True)
class Data:
    """What the papers of one request print. `ijazah`: the diploma of the appointment. `entri`: family, years of
    service, pay and discipline."""

    usulan: m.UsulanPensiun
    pegawai: Pegawai
    orang: Orang
    keadaan: Keadaan | None
    data: r.DataPegawai | None
    unit: str
    opd: Unit | None
    golongan: r.RiwayatGolongan | None
    ijazah: r.RiwayatPendidikan | None
    kepala: Any
    entri: Sequence[r.RiwayatLain]


def baca(row: m.UsulanPensiun) -> Data:
    """State of today; for who has no seat any more that of the last day with one. Four statements."""
    pegawai, today = db.session.get_one(Pegawai, row.pegawai_id), organisation.today()
    states = sa.select(Keadaan.id).where(Keadaan.pegawai_id == pegawai.id, Keadaan.mulai <= today)
    seated = states.where(Keadaan.riwayat_jabatan_id.is_not(None)).order_by(Keadaan.mulai.desc()).limit(1)
    last = sa.func.coalesce(seated.scalar_subquery(), states.where(berlaku(today)).scalar_subquery())
    rank, diploma, seat, opd = r.RiwayatGolongan, r.RiwayatPendidikan, sa.orm.aliased(Unit), sa.orm.aliased(Unit)
    ranks = sa.select(rank.id).where(
        rank.pegawai_id == pegawai.id, rank.status == r.TERVERIFIKASI, rank.tmt <= today
    )  # fmt: skip
    latest = ranks.order_by(rank.tmt.desc()).limit(1).scalar_subquery()
    first = sa.and_(diploma.pegawai_id == pegawai.id, diploma.pertama, diploma.status == r.TERVERIFIKASI)
    query = (
        sa.select(Orang, Keadaan, r.DataPegawai, sa.func.coalesce(seat.nama, ""), opd, rank, diploma)
        .select_from(Orang)
        .outerjoin(Keadaan, Keadaan.id == last)
        .outerjoin(r.DataPegawai, r.DataPegawai.pegawai_id == pegawai.id)
        .outerjoin(seat, seat.id == Keadaan.unit_id)
        .outerjoin(opd, opd.id == sa.func.coalesce(Keadaan.pd_id, row.pd_id))
        .outerjoin(rank, rank.id == latest)
        .outerjoin(diploma, first)
        .where(Orang.id == pegawai.orang_id)
    )
    human, state, data, unit, pd, ranked, schooled = db.session.execute(query).tuples().one()
    # What is about the head of the OPD is signed by who heads the unit above.
    head = organisation.proposed_atasan(pd.id, False, pegawai.id, today) if pd else None
    entries = hak.entri(pegawai.id, hak.KELUARGA, "KGB", *hak.LAMA, hak.HUKDIS)
    return Data(row, pegawai, human, state, data, unit, pd, ranked, schooled, head, entries)


def kota() -> str:
    """Where papers of the city are signed."""
    return config().instansi.removeprefix(KOTA).removeprefix(KABUPATEN)


def alamat(jalan: str, telepon: str) -> str:
    """The line of the kop below the name."""
    return " ".join(part for part in (jalan, f"Telepon {telepon}" if telepon else "") if part)


def _kop(unit: Unit | None) -> Letterhead:
    return Letterhead(config().instansi, unit.nama, alamat(unit.alamat, unit.telepon)) if unit else Letterhead(
        config().instansi
    )  # fmt: skip


def _hari(day: date | None) -> str:
    return calendar.tanggal(day) if day else "-"


def _pangkat(golongan: str) -> str:
    rank = kode.pangkat(golongan)
    return f"{rank} ({golongan})" if rank else golongan or "-"


def _lahir(d: Data) -> str:
    place = f"{d.orang.tempat_lahir}, " if d.orang.tempat_lahir else ""
    return f"{place}{_hari(d.orang.tanggal_lahir)}"


def _kepala(d: Data) -> Signature:
    head = d.kepala
    if head is None:
        return Signature("Kepala perangkat daerah", TITIK)
    return Signature(head.jabatan, head.nama, nip_words(head.nip), pangkat=head.pangkat if head.pangkat != "-" else "")


# ---- DPCP


def dpcp(d: Data) -> Page:
    """Data perorangan calon penerima pensiun, signed by the person (or heir) and the head of the OPD."""
    page = Page(f"DPCP {d.pegawai.nama}", A4, alamat=config().alamat, penerbit=config().instansi,
                ulang=f"DPCP {d.pegawai.nama}, NIP {nip_words(d.pegawai.nip)}")  # fmt: skip
    page.letterhead(_kop(d.opd))
    page.title("DATA PERORANGAN CALON PENERIMA PENSIUN (DPCP)", f"{JENIS[d.usulan.jenis].judul}")
    page.heading("1. Keterangan pribadi")
    page.fields(*_pribadi(d))
    page.heading("2. Keterangan keluarga")
    page.text("a. Istri atau suami")
    page.table(["No", "Nama", "Tanggal lahir", "Tanggal nikah", "Keterangan"], _pasangan(d), [1, 6, 4, 4, 5],
               align="cllll")  # fmt: skip
    page.text("b. Anak kandung")
    page.table(["No", "Nama", "Tanggal lahir", "Anak ke-", "Keterangan"], _anak(d), [1, 6, 4, 3, 6], align="cllll")
    page.heading("3. Alamat")
    isi = d.usulan.isi
    page.fields(
        ("a. Sekarang", (d.data.alamat if d.data else "") or "-"),
        ("b. Setelah pensiun", isi.get("alamat_pensiun", "") or "-"),
        ("c. Telepon", isi.get("telepon", "") or (d.data.hp if d.data else "") or "-"),
        ("d. Rekening", " ".join(part for part in (isi.get("bank", ""), isi.get("rekening", "")) if part) or "-"),
    )
    if isi.get("beda_data"):
        page.fields(("Beda nama atau tanggal lahir", isi["beda_data"]))
    page.text("Data ini saya buat dengan sebenarnya. Bila ternyata tidak benar, saya bersedia mengembalikan pensiun "
              "yang telah saya terima.")  # fmt: skip
    heir = isi.get("waris")
    tie = HUBUNGAN.get(isi.get("hubungan", ""), "").lower()
    who = Signature(f"Ahli waris ({tie})" if tie else "Ahli waris", heir) if heir else Signature(
        "Calon penerima pensiun", d.pegawai.nama, nip_words(d.pegawai.nip)
    )  # fmt: skip
    page.signed_by(_mengetahui(d), who, tempat=kota(), tanggal=organisation.today())
    return page


def _mengetahui(d: Data) -> Signature:
    head = _kepala(d)
    return Signature("Mengetahui", head.nama, head.nip, head.peran, head.pangkat)


def _pribadi(d: Data) -> list[tuple[str, str]]:
    k, tmt, rank, kind = d.keadaan, d.usulan.tmt, d.golongan, JENIS[d.usulan.jenis]
    served = hak.lama(d.data.tmt_cpns if d.data else None, d.entri, tmt) if tmt else None
    event = d.usulan.tanggal_kejadian
    rows = [
        ("Nama", d.pegawai.nama), ("NIP", nip_words(d.pegawai.nip) or "-"), ("Tempat, tanggal lahir", _lahir(d)),
        ("Jabatan", (k.jabatan if k else "") or "-"), ("Unit kerja", d.unit or "-"),
        ("Pangkat, golongan, TMT", f"{_pangkat(rank.golongan)}, {_hari(rank.tmt)}" if rank else "-"),
        ("Gaji pokok terakhir", _gaji(d)), ("Masa kerja golongan", _lama(_di_golongan(d))),
        ("Masa kerja pensiun", _lama(served)), ("Pendidikan saat pengangkatan", _ijazah(d)),
        ("Mulai masuk PNS", _hari(d.data.tmt_cpns if d.data else None)),
        ("Status perkawinan", KAWIN.get(d.data.status_kawin if d.data else "", "-")),
        ("BUP", f"{k.bup} tahun" if k and k.bup else "-"),
        *([(kind.bertanggal, _hari(event))] if kind.bertanggal and event else []),
        ("TMT pensiun" if kind.kode in PENSIUN else "TMT berhenti", _hari(tmt)),
    ]  # fmt: skip
    return [(f"{chr(97 + i)}. {label}", value) for i, (label, value) in enumerate(rows)]


def _lama(found: tuple[int, int] | None) -> str:
    return f"{found[0]} tahun {found[1]} bulan" if found else "-"


def _di_golongan(d: Data) -> tuple[int, int] | None:
    """Years and months in the rank on the TMT: those its SK names, and what came after it."""
    if d.golongan is None or d.usulan.tmt is None:
        return None
    since, until = d.golongan.tmt, d.usulan.tmt
    return divmod(d.golongan.mk_tahun * 12 + d.golongan.mk_bulan + hak.bulan_penuh(since, until), 12)


def _gaji(d: Data) -> str:
    """Of the latest verified KGB that holds today."""
    today = organisation.today()
    rows = [one.isi.get("gaji_baru") for one in d.entri if one.jenis == "KGB" and one.tmt <= today]
    pay = numbers.whole(str(rows[-1])) if rows else None
    return numbers.rupiah(pay) if pay else "-"


def _ijazah(d: Data) -> str:
    if d.ijazah is None:
        return "-"
    level = kode.pendidikan().get(d.ijazah.tingkat)
    return " ".join(part for part in (level.nama if level else "", d.ijazah.prodi) if part) or "-"


def _pasangan(d: Data) -> list[list[str]]:
    rows = [one for one in d.entri if one.isi.get("hubungan") == "PASANGAN"]
    return _numbered([[
        str(one.isi.get("nama", "")), _hari(_hari_lahir(one)), _hari(one.tmt),
        _dan("" if one.selesai is None else f"sampai {_hari(one.selesai)}", _wafat(one)),
    ] for one in rows])  # fmt: skip


def _anak(d: Data) -> list[list[str]]:
    rows = [one for one in d.entri if one.isi.get("hubungan") == "ANAK"]
    return _numbered([[
        str(one.isi.get("nama", "")), _hari(_hari_lahir(one)), str(one.isi.get("anak_ke", "") or ""),
        _dan(_dewasa(d, one), "masih kuliah" if one.isi.get("kuliah") else "", _wafat(one)),
    ] for one in rows])  # fmt: skip


def _dan(*parts: str) -> str:
    words = ", ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]


def _wafat(one: r.RiwayatLain) -> str:
    return "meninggal" if one.isi.get("hidup") is False else ""


def _dewasa(d: Data, one: r.RiwayatLain) -> str:
    """A child of that age on the TMT has no part in the pension any more."""
    born, tmt = _hari_lahir(one), d.usulan.tmt
    return f"{ANAK} tahun atau lebih" if born and tmt and hak.usia(born, tmt) >= ANAK else ""


def _hari_lahir(one: r.RiwayatLain) -> date | None:
    try:
        return date.fromisoformat(str(one.isi.get("tanggal_lahir")))
    except ValueError:
        return None


def _numbered(rows: list[list[str]]) -> list[list[str]]:
    return [[str(i), *row] for i, row in enumerate(rows, 1)] or [["-", "Tidak ada", "", "", ""]]


# ---- letters of the head of the OPD


def _pernyataan(d: Data, judul: str, kalimat: Sequence[str]) -> Page:
    """A statement of the head of the OPD about the person."""
    head = d.kepala
    page = Page(f"{judul} {d.pegawai.nama}", A4, alamat=config().alamat, penerbit=config().instansi)
    page.letterhead(_kop(d.opd))
    page.title(judul.upper(), f"Nomor: {TITIK}")
    page.space(6)
    page.text("Yang bertanda tangan di bawah ini:", 10)
    page.fields(
        ("Nama", head.nama if head else TITIK), ("NIP", nip_words(head.nip) or "-" if head else TITIK),
        ("Pangkat, golongan", head.pangkat if head else TITIK), ("Jabatan", head.jabatan if head else TITIK),
        size=10, label_width=130,
    )  # fmt: skip
    page.text("dengan ini menyatakan bahwa pegawai:", 10)
    k = d.keadaan
    page.fields(
        ("Nama", d.pegawai.nama), ("NIP", nip_words(d.pegawai.nip) or "-"),
        ("Pangkat, golongan", _pangkat(k.golongan if k else "")), ("Jabatan", (k.jabatan if k else "") or "-"),
        ("Instansi", d.opd.nama if d.opd else config().instansi), size=10, label_width=130,
    )  # fmt: skip
    for line in kalimat:
        page.text(line, 10)
    page.space(10)
    page.signed_by(_kepala(d), tempat=kota(), tanggal=organisation.today())
    return page


def bebas_hukdis(d: Data) -> Page:
    """Raises Conflict when the register knows discipline of a medium or severe degree within the year."""
    if hak.menghalangi(d.entri, organisation.today()):
        raise Conflict("Surat ini belum dapat dibuat untuk pegawai ini.", "Tanyakan kepada BKPSDM.")
    return _pernyataan(d, "Surat pernyataan tidak pernah dijatuhi hukuman disiplin", (
        "dalam satu tahun terakhir tidak pernah dijatuhi hukuman disiplin tingkat sedang atau berat.",
        "Surat pernyataan ini dibuat dengan sebenarnya dengan mengingat sumpah jabatan. Apabila di kemudian hari "
        "ternyata tidak benar dan berakibat kerugian bagi negara, saya bersedia menanggung kerugian tersebut.",
    ))  # fmt: skip


def tidak_pidana(d: Data) -> Page:
    return _pernyataan(d, "Surat pernyataan tidak sedang menjalani proses pidana atau pernah dipidana penjara", (
        "tidak sedang menjalani proses pidana, dan tidak pernah dipidana penjara berdasarkan putusan pengadilan yang "
        "telah berkekuatan hukum tetap.",
        "Surat pernyataan ini dibuat dengan sebenarnya dengan mengingat sumpah jabatan. Apabila di kemudian hari "
        "ternyata tidak benar dan berakibat kerugian bagi negara, saya bersedia menanggung kerugian tersebut.",
    ))  # fmt: skip


NASKAH: dict[str, Callable[[Data], Page]] = {
    "DPCP": dpcp, "BEBAS_HUKDIS": bebas_hukdis, "TIDAK_PIDANA": tidak_pidana,
}  # fmt: skip


# ---- the list of candidates


def baris_calon(ask: Ask) -> list[Any]:
    """People of the list as it is filtered, one more than a paper takes at most."""
    c = calon.C
    opd = sa.select(Unit.nama).where(Unit.id == c.pd_id).correlate(c.id.table).scalar_subquery()
    columns = [c.nama, c.nip, c.golongan, c.jabatan, c.lahir, c.bup, c.tmt, opd.label("opd")]
    order = sa.func.coalesce(c.tmt, calon.AWAL)
    query = ask.select(*columns).order_by(order, c.nama, c.id).limit(PALING_BANYAK + 1)
    return list(db.session.execute(query))


def daftar_calon(rows: Sequence[Any], user: Principal) -> Page:
    """The list of candidates, lying across, for who looks after one OPD with its letterhead."""
    own = db.session.get(Unit, user.pd_id) if user.pd_id else None
    page = Page("Daftar calon pensiun", A4, mendatar=True, alamat=config().alamat, penerbit=config().instansi,
                ulang="Daftar calon pensiun")  # fmt: skip
    page.letterhead(_kop(own))
    until = calendar.tanggal(calon.batas(organisation.today()))
    page.title("DAFTAR CALON PENSIUN", f"TMT sampai {until}", f"Keadaan {calendar.tanggal(organisation.today())}")
    body = [
        [str(i), row.nama, nip_words(row.nip), row.golongan or "-", row.jabatan or "-", row.opd or "-",
         _hari(row.lahir), str(row.bup or "-"), _hari(row.tmt) if row.tmt else "Belum diketahui"]
        for i, row in enumerate(rows, 1)
    ]  # fmt: skip
    page.table(
        ["No", "Nama", "NIP", "Gol.", "Jabatan", "Perangkat daerah", "Tanggal lahir", "BUP", "TMT"],
        body or [["-", "Tidak ada calon", *[""] * 7]], [1.2, 5, 4.6, 1.5, 5, 5, 3.4, 1.2, 3.6], align="rllclllrl",
    )  # fmt: skip
    return page
