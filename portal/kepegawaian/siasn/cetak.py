"""The dry run on paper: what a parcel would change at SIASN, to be signed by the two people who push it."""

from collections import Counter
from typing import Any

import orjson
import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.siasn import bentuk, catatan, daftar, paket, setelan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.medan import BACA, KODE, TANGGAL, Medan
from portal.kepegawaian.siasn.peta import Terjemah
from portal.kepegawaian.siasn.policies import visible_kotak, visible_paket
from portal.kernel import calendar, organisation
from portal.kernel.calendar import setempat
from portal.kernel.db import db
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.people import Principal, User
from portal.kernel.reports import A4, Content, Letterhead, Page, Signature
from portal.kernel.reports.request import Report
from portal.kernel.storage import config

HEAD = ("No.", "Pegawai", "Riwayat", "Tindakan", "Isi yang dikirim", "Berkas")
WIDTHS = (4, 18, 20, 8, 42, 8)
TOTAL, SHARES = ("Jenis", "Baru", "Ubah", "Hapus", "Jumlah", "Berkas"), (40, 12, 12, 12, 12, 12)
BARU, UBAH, HAPUS = "Baru", "Ubah", "Hapus"
KURSI = (
    Medan("jabatan", "Jabatan", ("jabatanFungsionalId", "jabatanFungsionalUmumId"), "", KODE, peta="JABATAN"),
)  # fmt: skip
OPENING = 90  # points: heading, head and first row of a table


def medan_dikirim(item: m.Kotak) -> list[tuple[str, str, str]]:
    """What is sent, field by field as it is written, beside what SIASN held when it was prepared."""
    kind = catatan.SEMUA[item.jenis]
    before = {key: str(value or "") for key, value in (item.sebelum or {}).items()}
    known = {key: one.nama for one in (*kind.medan, *kind.terbawa) for key in (*one.kunci, one.tulis) if key}
    return [
        (name, before.get(known.get(name, ""), ""), value if isinstance(value, str) else orjson.dumps(value).decode())
        for name, value in item.isi.items() if name != "path"
    ]  # fmt: skip


def tindakan(item: m.Kotak) -> str:
    return HAPUS if item.aksi == m.HAPUS else UBAH if item.sebelum is not None else BARU


def lembar(parcel: m.Paket, user: Principal, kode: str, nomor: str) -> Page:
    """Head, totals with the whole hash, one table a kind, two signatures."""
    instansi, title = config().instansi, "UJI KIRIM KE SIASN"
    page = Page(
        f"Uji kirim ke SIASN {nomor}", ukuran=A4, mendatar=True, nomor=nomor, kode=kode, alamat=config().alamat,
        penerbit=instansi, ulang=f"Uji kirim ke SIASN, sidik {parcel.sidik[:16]}",
        contoh=parcel.status in ("DITOLAK", m.DIHENTIKAN),
    )  # fmt: skip
    items = _items(parcel, user)
    page.letterhead(_kop(parcel.disiapkan_oleh_id))
    page.title(title, parcel.judul)
    page.fields(*_facts_on_paper(parcel, items))
    _totals(page, items)
    signed = signatures(parcel)
    kinds, known = list(dict.fromkeys(item.jenis for item, _, _ in items)), Terjemah()
    for kind in kinds:
        rows = [_row(at, *one, known) for at, one in enumerate((one for one in items if one[0].jenis == kind), 1)]
        if kind == kinds[-1]:
            page.need(page.signing_height(*signed) + OPENING)  # else its head may stand on a page alone
        page.table(
            HEAD, rows, WIDTHS, align="clllll", size=7.5, heading=f"{catatan.JUDUL[kind]} ({len(rows)})",
            reserve=page.signing_height(*signed) if kind == kinds[-1] else 0,
        )  # fmt: skip
    page.signed_by(*signed, tempat=instansi.split()[-1], tanggal=organisation.today())
    return page


def _items(parcel: m.Paket, user: Principal) -> list[tuple[m.Kotak, str, str]]:
    query = visible_kotak(user, parcel.id).join(Pegawai, Pegawai.id == m.Kotak.pegawai_id)
    order = sa.case({kind: at for at, kind in enumerate(catatan.SEMUA)}, value=m.Kotak.jenis)
    query = query.add_columns(Pegawai.nama, Pegawai.nip).order_by(order, Pegawai.nama, m.Kotak.id)
    return [(item, name, nip or "") for item, name, nip in db.session.execute(query)]


def _kop(user_id: Any) -> Letterhead:
    """The office of who prepared it, where they sit in one."""
    top = (
        sa.select(Unit.nama, Unit.alamat, Unit.telepon)
        .join(Keadaan, Keadaan.pd_id == Unit.id).join(User, User.pegawai_id == Keadaan.pegawai_id)
        .where(User.id == user_id, berlaku(organisation.today()))
    )  # fmt: skip
    found = db.session.execute(top).first()
    address = " ".join(part for part in (found.alamat, found.telepon) if part) if found else ""
    return Letterhead(config().instansi, found.nama if found else "", address)


def _facts_on_paper(parcel: m.Paket, items: list[tuple[m.Kotak, str, str]]) -> list[tuple[str, str]]:
    calls = parcel.jumlah * paket.PANGGILAN
    minutes = max(round(calls / float(setelan.baca().laju) / 60), 1)
    hidden = parcel.jumlah - len(items)
    prepared = setempat(parcel.dibuat_at, config().zona)
    return [
        ("Disiapkan", f"{calendar.tanggal(prepared.date())} pukul {prepared:%H.%M}"),
        ("Keadaan", daftar.PAKET.words(parcel.status)),
        ("Isi", f"{parcel.jumlah} riwayat, {len({item.pegawai_id for item, _, _ in items})} pegawai"),
        ("Perkiraan", f"{calls} panggilan, sekitar {minutes} menit"),
        ("Sidik paket", parcel.sidik),
        *([("Tidak tercetak", f"{hidden} riwayat yang tidak boleh Anda baca")] if hidden else []),
        *([("Alasan", parcel.alasan)] if parcel.alasan else []),
    ]


def _totals(page: Page, items: list[tuple[m.Kotak, str, str]]) -> None:
    count = Counter((item.jenis, tindakan(item)) for item, _, _ in items)
    papers = Counter({kind: 0 for kind, _ in count})
    for item, _, _ in items:
        papers[item.jenis] += len(item.berkas)
    rows: list[list[str]] = []
    for kind in dict.fromkeys(item.jenis for item, _, _ in items):
        each = [count[kind, what] for what in (BARU, UBAH, HAPUS)]
        rows.append([catatan.JUDUL[kind], *map(str, each), str(sum(each)), str(papers[kind])])
    sums = [str(sum(int(row[at]) for row in rows)) for at in range(1, 6)]
    page.table(TOTAL, [*rows, ["Jumlah", *sums]], SHARES, align="lrrrrr", size=8.5, heading="Ringkasan")


def _row(at: int, item: m.Kotak, name: str, nip: str, known: Terjemah) -> list[Content]:
    person = f"{name}\nNIP {nip_words(nip)}" if nip else name
    return [str(at), person, item.uraian, tindakan(item), isi_terbaca(item, known), str(len(item.berkas) or "-")]


def isi_terbaca(item: m.Kotak, known: Terjemah | None = None) -> str:
    """Of a change what changes, of a new row what is filled, of a deletion its reason; in the words of the register.

    Ids of the person and of the office, and what SIASN asks for beside the fields, stand on the page of the parcel.
    """
    if item.aksi == m.HAPUS:
        return f"Alasan: {item.alasan}"
    known = known or Terjemah()
    kind = catatan.SEMUA[item.jenis]
    fields = {key: one for one in (*kind.medan, *kind.terbawa) for key in (*one.kunci, one.tulis) if key}
    sent = [(fields[name], old, new) for name, old, new in medan_dikirim(item) if name in fields]
    sent = [*_seat(item), *sent] if kind is catatan.JABATAN else sent
    if item.sebelum is None:
        return "; ".join(f"{one.judul}: {_words(one, new, known)}" for one, _, new in sent if new)
    changed = [
        f"{one.judul}: {_words(one, old, known) or 'kosong'} menjadi {_words(one, new, known) or 'kosong'}"
        for one, old, new in sent if bentuk.ringkas(BACA[one.tipe](old)) != bentuk.ringkas(BACA[one.tipe](new))
    ]  # fmt: skip
    return "; ".join(changed) or "Isi sama, berkas dilengkapi"


def _seat(item: m.Kotak) -> list[tuple[Medan, str, str]]:
    """What is one field here and lies in several there."""
    before = item.sebelum or {}
    return [
        (one, str(before.get(one.nama) or ""), new) for one in KURSI
        if (new := next((str(item.isi[key]) for key in one.kunci if item.isi.get(key)), ""))
    ]  # fmt: skip


def _words(one: Medan, value: str, known: Terjemah) -> str:
    day = bentuk.tanggal(value) if one.tipe == TANGGAL else None
    if day:
        return f"{day:%d-%m-%Y}"
    ours = known.dari_siasn(one.peta, value) if one.peta and value and not one.bebas else None
    return f"{known.sebut(one.peta, ours)} ({value})" if ours is not None else value


def signatures(parcel: m.Paket) -> list[Signature]:
    """Who prepared and who approves; the second line stays open until somebody has decided."""
    wanted = [key for key in (parcel.disiapkan_oleh_id, parcel.diputus_oleh_id) if key]
    query = sa.select(User.id, User.nama, Pegawai.nip).outerjoin(Pegawai, Pegawai.id == User.pegawai_id)
    found = {row.id: row for row in db.session.execute(query.where(User.id.in_(wanted)))}
    blocks = []
    for role, key in (("Yang menyiapkan", parcel.disiapkan_oleh_id), ("Yang menyetujui", parcel.diputus_oleh_id)):
        who = found.get(key) if key else None
        name, nip = (who.nama, who.nip) if who else ("." * 40, None)
        blocks.append(Signature(role, name, nip_words(nip) if nip else ""))
    return blocks


def _name(parcel: m.Paket) -> str:
    return f"Uji kirim SIASN {parcel.sidik[:12]}.pdf"


def _facts(parcel: m.Paket) -> dict[str, str]:
    return {"Paket": parcel.judul, "Riwayat": str(parcel.jumlah), "Sidik": parcel.sidik,
            "Keadaan saat dicetak": daftar.PAKET.words(parcel.status)}  # fmt: skip


UJI_KIRIM = Report("siasn-uji-kirim", "Uji kirim ke SIASN", visible_paket, lembar, _name, _facts)
