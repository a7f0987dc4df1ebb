"""Papers of a request as PDF: DPCP, the two letters the head of the OPD signs, lists of names.

Form of DPCP: PerBKN 2/2018. The bytes depend on the register and the day only.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.pensiun import calon, hak
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import kode
from portal.kernel import calendar, organisation
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.listing import Ask
from portal.kernel.organisation import Orang, Pegawai, Unit
from portal.kernel.people import Principal
from portal.kernel.reports import A4, Letterhead, Page, Signature
from portal.kernel.storage import config

PALING_BANYAK = 1500
KOTA = "Pemerintah Kota "
KAWIN = {"1": "Menikah", "2": "Cerai", "3": "Janda/Duda", "4": "Belum menikah"}
TITIK = "…" * 12


@dataclass(frozen=True)
class Data:
    """What the papers of one request print."""

    usulan: m.UsulanPensiun
    pegawai: Pegawai
    orang: Orang
    keadaan: Keadaan | None
    data: r.DataPegawai | None
    unit: str
    opd: Unit | None
    kepala: Any
    pangkat_tmt: date | None
    keluarga: list[r.RiwayatLain]


def baca(row: m.UsulanPensiun) -> Data:
    """State of today; for who has no seat any more that of the last day with one."""
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    today = organisation.today()
    states = sa.select(Keadaan).where(Keadaan.pegawai_id == pegawai.id, Keadaan.mulai <= today)
    seated = states.where(Keadaan.riwayat_jabatan_id.is_not(None)).order_by(Keadaan.mulai.desc()).limit(1)
    state = db.session.scalars(seated).first() or db.session.scalars(states.where(berlaku(today))).first()
    pd_id = (state.pd_id if state else None) or row.pd_id
    rank = sa.select(r.RiwayatGolongan.tmt).where(
        r.RiwayatGolongan.pegawai_id == pegawai.id, r.RiwayatGolongan.status == r.TERVERIFIKASI,
        r.RiwayatGolongan.tmt <= today,
    )  # fmt: skip
    family = sa.select(r.RiwayatLain).where(
        r.RiwayatLain.pegawai_id == pegawai.id, r.RiwayatLain.jenis == "KELUARGA",
        r.RiwayatLain.status == r.TERVERIFIKASI,
    )  # fmt: skip
    unit = db.session.scalar(sa.select(Unit.nama).where(Unit.id == state.unit_id)) if state else None
    return Data(
        row, pegawai, db.session.get_one(Orang, pegawai.orang_id), state,
        db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == pegawai.id)).first(),
        unit or "", db.session.get(Unit, pd_id) if pd_id else None,
        organisation.proposed_atasan(pd_id, False, None, today) if pd_id else None,
        db.session.scalar(rank.order_by(r.RiwayatGolongan.tmt.desc()).limit(1)),
        list(db.session.scalars(family.order_by(r.RiwayatLain.tmt, r.RiwayatLain.id))),
    )  # fmt: skip


def _kota() -> str:
    return config().instansi.removeprefix(KOTA)


def _kop(unit: Unit | None) -> Letterhead:
    address = " ".join(part for part in (unit.alamat, unit.telepon) if part) if unit else ""
    return Letterhead(config().instansi, unit.nama if unit else "", address)


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
    who = Signature("Ahli waris", heir) if heir else Signature(
        "Calon penerima pensiun", d.pegawai.nama, nip_words(d.pegawai.nip)
    )  # fmt: skip
    page.signed_by(_mengetahui(d), who, tempat=_kota(), tanggal=organisation.today())
    return page


def _mengetahui(d: Data) -> Signature:
    head = _kepala(d)
    return Signature("Mengetahui", head.nama, head.nip, head.peran, head.pangkat)


def _pribadi(d: Data) -> list[tuple[str, str]]:
    k, tmt = d.keadaan, d.usulan.tmt
    served = hak.masa_kerja(d.pegawai.id, tmt) if tmt else None
    return [
        ("a. Nama", d.pegawai.nama), ("b. NIP", nip_words(d.pegawai.nip) or "-"),
        ("c. Tempat, tanggal lahir", _lahir(d)), ("d. Jabatan", (k.jabatan if k else "") or "-"),
        ("e. Unit kerja", d.unit or "-"),
        ("f. Pangkat, golongan, TMT", f"{_pangkat(k.golongan if k else '')}, {_hari(d.pangkat_tmt)}"),
        ("g. Mulai masuk PNS", _hari(d.data.tmt_cpns if d.data else None)),
        ("h. Masa kerja pensiun", f"{served[0]} tahun {served[1]} bulan" if served else "-"),
        ("i. Status perkawinan", KAWIN.get(d.data.status_kawin if d.data else "", "-")),
        ("j. BUP", f"{k.bup} tahun" if k and k.bup else "-"), ("k. TMT pensiun", _hari(tmt)),
    ]  # fmt: skip


def _pasangan(d: Data) -> list[list[str]]:
    rows = [one for one in d.keluarga if one.isi.get("hubungan") == "PASANGAN"]
    return _numbered([[
        str(one.isi.get("nama", "")), _iso(one.isi.get("tanggal_lahir")), _hari(one.tmt),
        "" if one.selesai is None else f"sampai {_hari(one.selesai)}",
    ] for one in rows])  # fmt: skip


def _anak(d: Data) -> list[list[str]]:
    rows = [one for one in d.keluarga if one.isi.get("hubungan") == "ANAK"]
    return _numbered([[
        str(one.isi.get("nama", "")), _iso(one.isi.get("tanggal_lahir")), str(one.isi.get("anak_ke", "") or ""),
        "Masih kuliah" if one.isi.get("kuliah") else "",
    ] for one in rows])  # fmt: skip


def _numbered(rows: list[list[str]]) -> list[list[str]]:
    return [[str(i), *row] for i, row in enumerate(rows, 1)] or [["-", "Tidak ada", "", "", ""]]


def _iso(text: Any) -> str:
    try:
        return _hari(date.fromisoformat(str(text)))
    except ValueError:
        return "-"


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
        ("Nama", head.nama if head else TITIK), ("NIP", nip_words(head.nip) if head else TITIK),
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
    page.signed_by(_kepala(d), tempat=_kota(), tanggal=organisation.today())
    return page


def bebas_hukdis(d: Data) -> Page:
    """Raises Conflict when the register knows discipline of a medium or severe degree within the year."""
    if hak.hukdis(d.pegawai.id):
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


# ---- lists of names


def nominatif(keys: Sequence[uuid.UUID]) -> tuple[list[str], list[list[str]], list[float]]:
    """Head, rows and shares of width of the list that goes with a covering letter; `keys`: requests or their cases."""
    usulan = m.UsulanPensiun
    query = (
        sa.select(usulan, Pegawai.nama, Pegawai.nip, Keadaan.jabatan, Keadaan.golongan)
        .join(Pegawai, Pegawai.id == usulan.pegawai_id)
        .outerjoin(Keadaan, sa.and_(Keadaan.pegawai_id == Pegawai.id, berlaku(organisation.today())))
        .where(sa.or_(usulan.id.in_(keys), usulan.submission_id.in_(keys)))
        .order_by(Pegawai.nama, usulan.id)
    )
    rows = [
        [str(i), row.nama, nip_words(row.nip), _pangkat(row.golongan or ""), row.jabatan or "-",
         JENIS[row.UsulanPensiun.jenis].judul, _hari(row.UsulanPensiun.tmt)]
        for i, row in enumerate(db.session.execute(query), 1)
    ]  # fmt: skip
    head = ["No", "Nama", "NIP", "Pangkat, golongan", "Jabatan", "Jenis usulan", "TMT"]
    return head, rows, [1, 5, 5, 4, 5, 5, 3]


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
        body or [["-", "Tidak ada calon", *[""] * 7]], [1.2, 5, 4.6, 1.5, 5, 5, 3.4, 1.2, 3.6], align="cllcllcll",
    )  # fmt: skip
    return page
