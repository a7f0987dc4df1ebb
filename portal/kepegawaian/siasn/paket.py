"""What will be pushed: rendered for people to read, approved by a second person, sealed with a hash until sent."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.jenis import JENIS
from portal.kepegawaian.siasn import bentuk, catatan, isi_kirim, jalan, setelan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.medan import DIRI, Catatan
from portal.kepegawaian.siasn.peta import Terjemah
from portal.kepegawaian.siasn.putusan import KIRIM
from portal.kernel import activity
from portal.kernel.db import db, new_id, now
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal

TERBANYAK = 500
UJI = "Jenis ini dicoba satu riwayat dulu. Kirim sisanya setelah yang pertama terbukti."
PANGGILAN = 6  # calls a row usually takes: look, save, file, look, recalculate, look

activity.declare(**{
    "kepegawaian.siasn_disiapkan": "judul jumlah sidik", "kepegawaian.siasn_disetujui": "judul jumlah sidik",
    "kepegawaian.siasn_ditolak": "judul alasan", "kepegawaian.siasn_hapus_disiapkan": "jenis uraian alasan",
})  # fmt: skip


def layak() -> sa.ColumnElement[bool]:
    """Pairs that may be pushed (`models.LAYAK`) and of which nothing waits; what BKN refused only when chosen again."""
    pushed = [one.kode for one in catatan.SEMUA.values() if one.simpan]
    waiting = sa.exists().where(
        m.Kotak.pasangan_id == m.Pasangan.id, sa.text("siasn_kotak.status NOT IN ('TERBUKTI', 'GAGAL', 'BATAL')")
    )
    again = sa.or_(m.Pasangan.kelas != m.DITOLAK, m.Pasangan.putusan == KIRIM)
    return sa.and_(sa.text(m.LAYAK), again, m.Pasangan.jenis.in_(pushed), ~waiting)


def calon(kinds: Sequence[str] = (), pd_id: Any = None) -> sa.Select[tuple[m.Pasangan]]:
    """Pairs for a parcel: jabatan first, because angka kredit leans on it."""
    order = sa.case({kind: at for at, kind in enumerate(catatan.SEMUA)}, value=m.Pasangan.jenis)
    query = sa.select(m.Pasangan).where(layak()).order_by(order, m.Pasangan.id)
    if kinds:
        query = query.where(m.Pasangan.jenis.in_(kinds))
    return query.where(m.Pasangan.pd_id == pd_id) if pd_id else query


def siapkan(
    user: Principal, kinds: Sequence[str] = (), pd_id: Any = None, most: int = TERBANYAK
) -> tuple[m.Paket | None, list[tuple[m.Pasangan, str]]]:  # fmt: skip
    """The dry run: a parcel of what can be sent, and what cannot be with the reason. Nothing leaves."""
    items, blocked = pilih(kinds, pd_id, most)
    if not items:
        return None, blocked
    parcel = m.Paket(id=new_id(), judul="", jumlah=0, disiapkan_oleh_id=user.id, sidik="")
    isikan(parcel, items, user)
    return parcel, blocked


def pilih(
    kinds: Sequence[str], pd_id: Any, most: int = TERBANYAK
) -> tuple[list[m.Kotak], list[tuple[m.Pasangan, str]]]:  # fmt: skip
    """Items of what can be sent, and pairs that cannot with the reason."""
    known, aturan = Terjemah(), setelan.baca()
    items: list[m.Kotak] = []
    blocked: list[tuple[m.Pasangan, str]] = []
    alone = _belum_terbukti()
    for pair in db.session.scalars(calon(kinds, pd_id).limit(most).with_for_update()):
        made = UJI if alone.get(pair.jenis) else _item(pair, known, aturan)
        if isinstance(made, str):
            pair.catatan = made
            blocked.append((pair, made))
        else:
            items.append(made)
            if pair.jenis in alone:
                alone[pair.jenis] = True
    return items, blocked


def _belum_terbukti() -> dict[str, bool]:
    """Kinds of which no row was ever proven, and whether one is on its way: they are tried with a single one."""
    tried = sa.select(m.Kotak.jenis, sa.func.bool_or(m.Kotak.status == m.TERBUKTI)).where(
        m.Kotak.jenis.in_([one.kode for one in catatan.SEMUA.values() if one.uji]), m.Kotak.aksi == m.SIMPAN,
        m.Kotak.status.not_in([m.GAGAL, m.BATAL]),
    ).group_by(m.Kotak.jenis)  # fmt: skip
    seen = dict(db.session.execute(tried).tuples().all())
    return {one.kode: one.kode in seen for one in catatan.SEMUA.values() if one.uji and not seen.get(one.kode, False)}


def isikan(parcel: m.Paket, items: Sequence[m.Kotak], user: Principal, title: str = "") -> None:
    """Put items into a parcel, which then waits for the second person."""
    names = sorted({catatan.JUDUL[one.jenis].lower() for one in items})
    parcel.judul = (title or f"Kirim {', '.join(names)}")[:200]
    parcel.status, parcel.jumlah, parcel.sidik = m.DISIAPKAN, len(items), sidik_paket(items)
    db.session.add(parcel)
    db.session.flush()
    for one in items:
        one.paket_id = parcel.id
        one.kunci = f"{parcel.id.hex}:{one.jenis}:{one.lokal_id or one.siasn_id}:{one.aksi}"
        db.session.add(one)
    db.session.flush()
    activity.log("kepegawaian.siasn_disiapkan", parcel, by=user, judul=parcel.judul, jumlah=len(items),
                 sidik=parcel.sidik)  # fmt: skip


def sidik_paket(items: Sequence[m.Kotak]) -> str:
    return bentuk.sidik_isi(sorted(one.sidik for one in items))


def _item(pair: m.Pasangan, known: Terjemah, aturan: m.Setelan) -> m.Kotak | str:
    """The item of a pair, or why there is none."""
    kind = catatan.SEMUA[pair.jenis]
    row = lokal(kind, pair.lokal_id)
    if row is None:
        return "Riwayat ini tidak lagi terverifikasi."
    mirror = db.session.get(m.Cermin, pair.cermin_id) if pair.cermin_id else None
    before = kind.terlihat(mirror.isi) if mirror else None
    body, lacking = isi_kirim.tulis(kind, row, known, aturan, before)
    if lacking:
        return "; ".join(lacking)
    item = m.Kotak(
        pasangan_id=pair.id, pegawai_id=pair.pegawai_id, jenis=pair.jenis, lokal_id=row.id, aksi=m.SIMPAN,
        uraian=pair.uraian, isi=body, berkas=lampiran(kind, row), siasn_id=mirror.siasn_id if mirror else "",
        sebelum=before,
    )  # fmt: skip
    item.sidik = sidik_kotak(item.jenis, item.aksi, item.isi, item.berkas, item.sebelum)
    return item


def sidik_kotak(jenis: str, aksi: str, isi: Any, berkas: Any, sebelum: Any) -> str:
    return bentuk.sidik_isi([jenis, aksi, isi, [[one["dok"], one["sha256"]] for one in berkas], sebelum])


def lokal(kind: Catatan, key: Any) -> Any:
    """The verified entry of an item, None when it no longer is one."""
    if kind.lokal == DIRI:
        return db.session.get(r.DataPegawai, key, populate_existing=True)
    table: Any = r.TABEL[JENIS[kind.lokal].tabel]
    return db.session.scalars(sa.select(table).where(table.id == key, table.status == r.TERVERIFIKASI)).first()


def lampiran(kind: Catatan, row: Any) -> list[dict[str, str]]:
    """Documents of an entry that BKN has an id for."""
    ids = dict(kind.dokumen)
    query = (
        sa.select(r.BerkasTautan.jenis_dokumen, Document.sha256, Document.mime)
        .join(Document, Document.id == r.BerkasTautan.dokumen_id)
        .where(r.BerkasTautan.riwayat_id == row.id, r.BerkasTautan.aktif, r.BerkasTautan.jenis_dokumen.in_(ids))
        .order_by(r.BerkasTautan.jenis_dokumen)
    )
    return [
        {"dok": ids[one.jenis_dokumen], "nama": DOKUMEN[one.jenis_dokumen].nama, "sha256": one.sha256, "mime": one.mime}
        for one in db.session.execute(query)
    ]


def siapkan_hapus(pair: m.Pasangan, why: str, user: Principal) -> m.Paket:
    """A parcel that deletes one row at SIASN. Never the last jabatan. Raises Conflict, Invalid."""
    kind = catatan.SEMUA.get(pair.jenis)
    mirror = db.session.get(m.Cermin, pair.cermin_id) if pair.cermin_id else None
    if kind is None or not kind.hapus or mirror is None or mirror.hilang_at is not None:
        raise Conflict("Baris ini tidak dapat dihapus di SIASN dari sini.")
    if not 10 <= len(why.strip()) <= 500:
        raise Invalid("alasan", "Tulis alasan 10 sampai 500 huruf")
    if kind is catatan.JABATAN and tersisa(mirror) <= 1:
        raise Conflict("Ini riwayat jabatan terakhir orang ini di SIASN. Baris terakhir tidak boleh dihapus.")
    living = sa.select(m.Kotak.id).where(
        m.Kotak.siasn_id == mirror.siasn_id, m.Kotak.aksi == m.HAPUS,
        m.Kotak.status.not_in([m.TERBUKTI, m.GAGAL, m.BATAL]),
    )  # fmt: skip
    if db.session.scalar(living) is not None:
        raise Conflict("Penghapusan baris ini sudah disiapkan.")
    item = m.Kotak(
        pasangan_id=pair.id, pegawai_id=pair.pegawai_id, jenis=pair.jenis, lokal_id=pair.lokal_id, aksi=m.HAPUS,
        uraian=pair.uraian, isi={"id": mirror.siasn_id}, siasn_id=mirror.siasn_id, alasan=why.strip(), berkas=[],
        sebelum=kind.terlihat(mirror.isi),
    )  # fmt: skip
    item.sidik = sidik_kotak(item.jenis, item.aksi, item.isi, [], item.sebelum)
    activity.log("kepegawaian.siasn_hapus_disiapkan", pair, by=user, jenis=pair.jenis, uraian=pair.uraian,
                 alasan=why.strip())  # fmt: skip
    parcel = m.Paket(id=new_id(), judul="", jumlah=0, disiapkan_oleh_id=user.id, sidik="")
    isikan(parcel, [item], user, f"Hapus di SIASN: {pair.uraian}")
    return parcel


def tersisa(mirror: m.Cermin) -> int:
    """Rows of this kind that SIASN still has for the person."""
    query = sa.select(sa.func.count()).where(
        m.Cermin.pegawai_id == mirror.pegawai_id, m.Cermin.jenis == mirror.jenis, m.Cermin.hilang_at.is_(None)
    )
    return db.session.scalar(query) or 0


# ---- the second person


def setujui(parcel: m.Paket, seen: str, user: Principal) -> m.Jalan:
    """Approve exactly what was shown (`seen`: its hash) and start the run. Raises Conflict, Denied."""
    _second(parcel, user)
    items = isi(parcel)
    if seen != parcel.sidik or sidik_paket(items) != parcel.sidik:
        raise Conflict("Isi paket tidak sama dengan yang Anda lihat.", "Muat ulang, lalu periksa lagi.")
    parcel.status, parcel.diputus_oleh_id, parcel.diputus_at = m.DISETUJUI, user.id, now()
    for one in items:
        one.status = m.DISETUJUI
    run = m.Jalan(jenis=m.KIRIM, judul=parcel.judul, user_id=user.id, total=len(items), paket_id=parcel.id)
    db.session.add(run)
    db.session.flush()
    activity.log("kepegawaian.siasn_disetujui", parcel, by=user, judul=parcel.judul, jumlah=len(items),
                 sidik=parcel.sidik)  # fmt: skip
    jalan.antrekan(run)
    return run


def tolak(parcel: m.Paket, why: str, user: Principal) -> None:
    """Refuse a parcel, or take one's own back. Raises Conflict, Invalid."""
    if parcel.status not in (m.MENYUSUN, m.DISIAPKAN):
        raise Conflict("Paket ini sudah diputuskan.")
    if len(why.strip()) < 10:
        raise Invalid("alasan", "Tulis alasan sedikitnya 10 huruf")
    parcel.status, parcel.diputus_at, parcel.alasan = "DITOLAK", now(), why.strip()
    parcel.diputus_oleh_id = user.id if user.id != parcel.disiapkan_oleh_id else None
    lepas(parcel)
    activity.log("kepegawaian.siasn_ditolak", parcel, by=user, judul=parcel.judul, alasan=why.strip())


def lepas(parcel: m.Paket) -> None:
    """What has not been sent will not be."""
    open_ = sa.update(m.Kotak).where(m.Kotak.paket_id == parcel.id, m.Kotak.status.in_([m.DISIAPKAN, m.DISETUJUI]))
    db.session.execute(open_.values(status=m.BATAL))
    db.session.expire_all()


def _second(parcel: m.Paket, user: Principal) -> None:
    if parcel.status == m.MENYUSUN:
        raise Conflict("Paket ini masih disiapkan.")
    if parcel.status != m.DISIAPKAN:
        raise Conflict("Paket ini sudah diputuskan.")
    if parcel.disiapkan_oleh_id == user.id:
        raise Denied("Paket ini Anda siapkan sendiri. Orang lain yang menyetujuinya.")


def isi(parcel: m.Paket) -> list[m.Kotak]:
    return list(db.session.scalars(sa.select(m.Kotak).where(m.Kotak.paket_id == parcel.id).order_by(m.Kotak.id)))


def berubah(parcel: m.Paket) -> str:
    """What is no longer as it was approved, "" when nothing is. Compares what would be sent now with what was seen."""
    items = isi(parcel)
    if sidik_paket(items) != parcel.sidik:
        return "Isi paket berubah sejak disetujui."
    known, aturan = Terjemah(), setelan.baca()
    for one in items:
        if one.aksi != m.SIMPAN or one.status not in (m.DISETUJUI, m.MENGIRIM):
            if sidik_kotak(one.jenis, one.aksi, one.isi, one.berkas, one.sebelum) != one.sidik:
                return f"Isi paket berubah sejak disetujui: {one.uraian}."
            continue
        kind = catatan.SEMUA[one.jenis]
        row = lokal(kind, one.lokal_id)
        if row is None:
            return f"Riwayat berubah sejak disetujui: {one.uraian}."
        body, lacking = isi_kirim.tulis(kind, row, known, aturan, one.sebelum)
        if lacking or sidik_kotak(one.jenis, one.aksi, body, lampiran(kind, row), one.sebelum) != one.sidik:
            return f"Riwayat berubah sejak disetujui: {one.uraian}."
    return ""
