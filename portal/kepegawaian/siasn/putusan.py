"""Decisions of the office: take what SIASN holds, keep ours for a push, or deal with it in a service of BKN.

What is taken becomes a verified entry with source SIASN; an entry of ours that it changes is replaced, never edited.
"""

import uuid
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services
from portal.kepegawaian.riwayat.jenis import JENIS
from portal.kepegawaian.rujukan.models import Jabatan
from portal.kepegawaian.siasn import banding, bentuk, catatan, peta, setelan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.banding import Bekal
from portal.kepegawaian.siasn.medan import ANGKA, DIRI, KELAMIN, KODE, TEKS, Catatan, Medan
from portal.kernel import activity
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Orang, Pegawai
from portal.kernel.people import Principal

KIRIM = "KIRIM"
LEVEL = {"I": "JPT_MADYA", "II": "JPT_PRATAMA", "III": "ADMINISTRATOR", "IV": "PENGAWAS"}
Nilai = Mapping[str, Any]

activity.declare(**{
    "kepegawaian.siasn_diterima": "jenis uraian medan", "kepegawaian.siasn_dipertahankan": "jenis uraian medan",
    "kepegawaian.siasn_ditangani": "jenis uraian cara",
})  # fmt: skip


def bekal() -> Bekal:
    return Bekal(peta.Terjemah(), setelan.pemilik())


def kunci(pair: m.Pasangan) -> str:
    """What a form about this pair has to send back: changed since, the decision is refused."""
    return bentuk.sidik_isi([pair.kelas, pair.sidik_kita, pair.sidik_mereka])[:20]


def putuskan(
    pair: m.Pasangan, pilih: Mapping[str, str], user: Principal, seen: str, selesai: date | None = None
) -> None:  # fmt: skip
    """Field by field: SIASN or LOKAL. Raises Conflict, Invalid."""
    if kunci(pair) != seen:
        raise Conflict("Data ini berubah sejak Anda membukanya.", "Muat ulang, lalu pilih lagi.")
    if services.milik_sendiri(pair.pegawai_id, user):
        raise Denied("Anda tidak dapat memutuskan riwayat Anda sendiri.")
    kind = kinds()[pair.jenis]
    if pair.kelas == m.HANYA_SIASN:
        terima(pair, user, selesai=selesai)
        return
    if pair.kelas not in (m.BEDA, m.DITOLAK):
        raise Conflict("Tidak ada yang perlu dipilih pada pasangan ini.")
    names = [one["medan"] for one in pair.beda]
    if any(pilih.get(name) not in (m.LOKAL, m.SIASN) for name in names):
        raise Invalid("pilih", "Pilih satu sisi untuk setiap isian yang berbeda")
    taken = [name for name in names if pilih[name] == m.SIASN]
    kept = [name for name in names if pilih[name] == m.LOKAL]
    if (kept or not names) and not kind.simpan:
        raise Invalid("pilih", "Jenis ini hanya dapat diperbaiki di layanan BKN. Catat penanganannya.")
    if kind.tunggal:
        _never_empty(pair, taken)
    if taken:
        terima(pair, user, taken)
    if kept or not names:  # nothing differs where BKN refused a new row: it is sent once more
        pair.putusan, pair.diputus_oleh_id, pair.diputus_at = KIRIM, user.id, now()
        activity.log("kepegawaian.siasn_dipertahankan", pair, by=user, **tercatat(pair, medan=" ".join(kept)))


def _never_empty(pair: m.Pasangan, taken: Sequence[str]) -> None:
    """Of what a person has once no side empties the other. Raises Invalid."""
    for one in pair.beda:
        theirs = one["medan"] in taken
        if not one["mereka" if theirs else "kita"]:
            where, other = ("di SIASN", "Di sini") if theirs else ("di sini", "SIASN")
            raise Invalid("pilih", f"{one['judul']} kosong {where}, tidak menghapus yang terisi. Pilih {other}.")


def tangani(pair: m.Pasangan, words: str, user: Principal) -> None:
    """The office deals with it elsewhere: it leaves the open list, not the report. Raises Conflict, Invalid."""
    if pair.kelas == m.SAMA:
        raise Conflict("Pasangan ini sudah sama.")
    if not 10 <= len(words.strip()) <= 500:
        raise Invalid("ditangani", "Tulis penanganannya, 10 sampai 500 huruf")
    pair.ditangani, pair.diputus_oleh_id, pair.diputus_at = words.strip(), user.id, now()
    activity.log("kepegawaian.siasn_ditangani", pair, by=user, **tercatat(pair, cara=words.strip()))


def tercatat(pair: m.Pasangan, **more: str) -> dict[str, str]:
    """What the log says of a decision; of discipline no more than its kind."""
    hidden = pair.jenis == catatan.HUKDIS.kode
    return {"jenis": pair.jenis} if hidden else {"jenis": pair.jenis, "uraian": pair.uraian, **more}


def kinds() -> dict[str, Catatan]:
    return {**catatan.SEMUA, catatan.DATA_UTAMA.kode: catatan.DATA_UTAMA}


# ---- taking what SIASN holds


def terima(
    pair: m.Pasangan, user: Principal, names: Sequence[str] = (), selesai: date | None = None,
    with_: Bekal | None = None,
) -> None:  # fmt: skip
    """Make these fields (all, for a new entry) ours. Raises Conflict, Denied, Invalid."""
    with_ = with_ or bekal()
    kind = kinds()[pair.jenis]
    services.lock(pair.pegawai_id)
    if services.milik_sendiri(pair.pegawai_id, user):
        raise Denied("Anda tidak dapat memutuskan riwayat Anda sendiri.")
    mirror = db.session.get(m.Cermin, pair.cermin_id) if pair.cermin_id else None
    if mirror is None or mirror.hilang_at is not None:
        raise Conflict("Baris ini tidak ada lagi di SIASN.")
    theirs = kind.mereka(mirror.isi)
    activity.log("kepegawaian.siasn_diterima", pair, by=user, **tercatat(pair, medan=" ".join(names) or "semua"))
    if kind is catatan.DATA_UTAMA:
        _diri(pair, theirs, names, with_, mirror)
        return
    if kind.lokal == DIRI:
        _kontak(kind, pair, theirs, names, with_)
        pair.diputus_oleh_id, pair.diputus_at = user.id, now()
        return
    chosen = {name: value for name, value in theirs.items() if not names or name in names}
    columns = kolom(kind, chosen, mirror.isi, with_.peta)
    fresh = pair.lokal_id is None
    row = _new(kind, pair, columns, mirror, selesai) if fresh else _replaced(kind, pair, columns)
    row.status, row.sumber, row.dicatat_at, row.diverifikasi_oleh_id = r.TERVERIFIKASI, r.SIASN, now(), user.id
    db.session.add(row)
    services.terapkan(row)
    pair.diputus_oleh_id, pair.diputus_at = user.id, now()
    banding.ulang(kind, pair.pegawai_id, with_)


def _diri(pair: m.Pasangan, theirs: Nilai, names: Sequence[str], with_: Bekal, mirror: m.Cermin) -> None:
    pegawai = db.session.get_one(Pegawai, pair.pegawai_id)
    person = db.session.get_one(Orang, pegawai.orang_id)
    for name in names or theirs:
        if theirs.get(name):
            setattr(person, name, theirs[name])
    pegawai.nama = person.nama_lengkap
    db.session.flush()
    bangun.rebuild([pegawai.id])
    banding.data_utama(pegawai, mirror.isi, with_)


def _kontak(kind: Catatan, pair: m.Pasangan, theirs: Nilai, names: Sequence[str], with_: Bekal) -> None:
    """Contacts lie in one row; what SIASN leaves empty never empties ours."""
    data = db.session.get_one(r.DataPegawai, pair.lokal_id, with_for_update=True)
    for one in kind.medan:
        if (not names or one.nama in names) and theirs.get(one.nama):
            setattr(data, str(one.kita), str(theirs[one.nama]))
    data.versi += 1
    db.session.flush()
    banding.ulang(kind, pair.pegawai_id, with_)


def kolom(kind: Catatan, values: Nilai, raw: Nilai, known: peta.Terjemah) -> dict[str, Any]:
    """Our columns ("isi." for JSON fields) for values of SIASN. Raises Invalid for what is not mapped."""
    found: dict[str, Any] = {}
    for one in kind.medan:
        if one.nama not in values:
            continue
        value = values[one.nama]
        if one.peta and value and not one.bebas:
            value = known.dari_siasn(one.peta, value)
            if value is None:
                raise Invalid("", f"{one.judul} belum dipetakan: {values[one.nama]}")
        if isinstance(one.kita, str):
            found[one.kita] = _as_kept(one, value)
    SUSUN.get(kind.kode, _nothing)(found, values, raw, known)
    return {name: value for name, value in found.items() if name != "berlaku"}


def _as_kept(one: Medan, value: Any) -> Any:
    if one.tipe == ANGKA:
        if value is None:
            return None if one.kita_isi else 0
        return int(value) if value == int(value) else str(value)
    if one.tipe in (TEKS, KODE, KELAMIN) and one.peta not in ("UNIT", "JABATAN", "SUB"):
        return value or ""
    if isinstance(value, date) and one.kita_isi:
        return value.isoformat()
    return value or None


def _nothing(found: dict[str, Any], values: Nilai, raw: Nilai, known: peta.Terjemah) -> None:
    """Most kinds need nothing beside their fields."""


def _jabatan(found: dict[str, Any], values: Nilai, raw: Nilai, known: peta.Terjemah) -> None:
    kind = values.get("jenis")
    if values.get("jabatan"):
        key = known.dari_siasn("JABATAN", values["jabatan"])
        if key is None:
            raise Invalid("", f"Nama jabatan belum dipetakan: {values['jabatan']}")
        found["jabatan_id"] = key
        row = db.session.get_one(Jabatan, key)
        found["nama_jabatan"], found["jenjang"] = row.nama, row.jenjang
    if "eselon" in values:
        found["eselon"] = values["eselon"]
    if "penugasan" in values:
        found["penugasan"] = values["penugasan"]
        found["jalur"] = r.UTAMA if values["penugasan"] == r.DEFINITIF else r.TAMBAHAN
    if kind == "STRUKTURAL":
        found["jabatan_id"], found["pimpinan"] = None, True
        found["nama_jabatan"] = bentuk.teks(raw.get("namaJabatan")) or bentuk.teks(raw.get("unorNama")) or "Struktural"
        found["jenjang"] = LEVEL.get(str(values.get("eselon", "")).partition(".")[0], "")
    elif kind == "PELAKSANA":
        found["jenjang"] = "PELAKSANA"


def _pendidikan(found: dict[str, Any], values: Nilai, raw: Nilai, known: peta.Terjemah) -> None:
    day = bentuk.tanggal(raw.get("tglLulus"))
    if values.get("tahun"):
        found["tmt"] = day if day and day.year == values["tahun"] else date(int(values["tahun"]), 12, 31)
    found.setdefault("prodi", bentuk.teks(raw.get("pendidikanNama")))


def _penghargaan(found: dict[str, Any], values: Nilai, raw: Nilai, known: peta.Terjemah) -> None:
    day = values.get("tanggal_sk")
    if values.get("tahun"):
        found["tmt"] = day if day and day.year == values["tahun"] else date(int(values["tahun"]), 1, 1)


def _angka_kredit(found: dict[str, Any], values: Nilai, raw: Nilai, known: peta.Terjemah) -> None:
    if values.get("tahun_mulai"):
        found["tmt"] = date(int(values["tahun_mulai"]), int(values.get("bulan_mulai") or 1), 1)
    if values.get("tahun_selesai"):
        year, month = int(values["tahun_selesai"]), int(values.get("bulan_selesai") or 12)
        found["selesai"] = date(year, month, monthrange(year, month)[1])
    forms = (("isKonversi", "KONVERSI"), ("isIntegrasi", "INTEGRASI"), ("isAngkaKreditPertama", "PERTAMA"))
    kind = next((code for key, code in forms if str(raw.get(key)).lower() in ("1", "true")), "KONVERSI")
    found["isi.bentuk"] = kind


def _skp(found: dict[str, Any], values: Nilai, raw: Nilai, known: peta.Terjemah) -> None:
    words = {"hasil": catatan.HASIL_SKP, "perilaku": catatan.HASIL_SKP, "predikat": catatan.KUADRAN}
    for name, known_words in words.items():
        if name in values:
            found[f"isi.{name}"] = known_words.get(str(values[name]), "")
    if values.get("tahun"):
        found["tmt"] = date(int(values["tahun"]), 12, 31)
    found["isi.penilai"] = bentuk.teks(raw.get("namaPenilai") or raw.get("penilaiNama"))


def _sertifikasi(found: dict[str, Any], values: Nilai, raw: Nilai, known: peta.Terjemah) -> None:
    """Its body is a name here and an id there: the row itself says that both mean the same."""
    if "lembaga" in values:
        name = bentuk.teks(raw.get("lembagaSertifikasiNama"))
        found["isi.lembaga"] = name
        known.ingat(peta.LEMBAGA, name, values["lembaga"])
    if found.get("tmt", 1) is None:
        found["tmt"] = bentuk.tanggal(raw.get("tanggalSertifikat"))


def _keluarga(found: dict[str, Any], values: Nilai, raw: Nilai, known: peta.Terjemah) -> None:
    """ "No" is not kept at all."""
    if "hidup" in values:
        found["isi.hidup"] = True if values["hidup"] else None


SUSUN: dict[str, Callable[[dict[str, Any], Nilai, Nilai, peta.Terjemah], None]] = {
    "jabatan": _jabatan, "pendidikan": _pendidikan, "penghargaan": _penghargaan, "angkakredit": _angka_kredit,
    "skp22": _skp, "sertifikasi": _sertifikasi, "pasangan": _keluarga, "anak": _keluarga, "ortu": _keluarga,
}  # fmt: skip


def _new(kind: Catatan, pair: m.Pasangan, columns: dict[str, Any], mirror: m.Cermin, selesai: date | None) -> Any:
    table: Any = r.TABEL[JENIS[kind.lokal].tabel]
    row = table(pegawai_id=pair.pegawai_id, siasn_id=None if mirror.siasn_id.startswith("~") else mirror.siasn_id)
    if isinstance(row, r.RiwayatLain):
        row.jenis, row.isi = kind.lokal, {name: value for name, value in kind.saring if isinstance(value, str)}
    _set(row, columns)
    if row.tmt is None and kind.lokal == "KELUARGA" and columns.get("isi.tanggal_lahir"):
        row.tmt = date.fromisoformat(columns["isi.tanggal_lahir"])  # as the import does
    if selesai is not None:
        row.selesai = selesai
    if isinstance(row, r.RiwayatJabatan) and row.jalur == r.TAMBAHAN and row.selesai is None:
        raise Invalid("selesai", "Isi tanggal selesai: tugas tambahan selalu berakhir")
    _dated(row)
    return row


def _dated(row: Any) -> None:
    if row.tmt is None:
        raise Invalid("", "Baris di SIASN tidak memuat TMT. Minta perbaikan di SIASN.")


def _replaced(kind: Catatan, pair: m.Pasangan, columns: dict[str, Any]) -> Any:
    """A copy with these columns changed; the old one is kept as replaced, its papers are linked to the new one."""
    table: Any = r.TABEL[JENIS[kind.lokal].tabel]
    old = db.session.scalars(sa.select(table).where(table.id == pair.lokal_id).with_for_update()).one()
    if old.status != r.TERVERIFIKASI:
        raise Conflict("Riwayat ini tidak lagi terverifikasi.")
    skip = {
        "id", "dibuat_at", "diubah_at", "status", "alasan", "dicatat_at", "dicabut_at", "versi", "submission_id",
        "menggantikan_id", "diusulkan_oleh_id", "diperiksa_oleh_id", "diverifikasi_oleh_id", "berlaku", "siasn_id",
    }  # fmt: skip
    names = [c.key for c in sa.inspect(old).mapper.column_attrs if c.key not in skip]
    row = table(**{name: getattr(old, name) for name in names}, menggantikan_id=old.id)
    if isinstance(row, r.RiwayatLain):
        row.isi = dict(old.isi)
    _set(row, columns)
    _dated(row)
    kept = old.siasn_id
    old.status, old.dicabut_at, old.alasan, old.siasn_id = r.DIGANTI, now(), "Diganti: isi menurut SIASN", None
    db.session.flush()
    row.siasn_id = kept
    db.session.add(row)
    db.session.flush()
    _papers(old, row)
    return row


def _papers(old: Any, row: Any) -> None:
    linked = sa.select(r.BerkasTautan).where(r.BerkasTautan.riwayat_id == old.id, r.BerkasTautan.aktif)
    for one in db.session.scalars(linked):
        db.session.add(r.BerkasTautan(
            pegawai_id=one.pegawai_id, tabel=one.tabel, riwayat_id=row.id, jenis_dokumen=one.jenis_dokumen,
            dokumen_id=one.dokumen_id, nama_asli=one.nama_asli, sha256=one.sha256,
            diunggah_oleh_id=one.diunggah_oleh_id,
        ))  # fmt: skip


def _set(row: Any, columns: Mapping[str, Any]) -> None:
    inside = {name[4:]: value for name, value in columns.items() if name.startswith("isi.")}
    if inside:
        row.isi = {name: value for name, value in {**(row.isi or {}), **inside}.items() if value is not None}
    for name, value in columns.items():
        if not name.startswith("isi."):
            setattr(row, name, value)


def calon_terima(jenis: str, most: int) -> list[uuid.UUID]:
    """Pairs to be taken at once, those that were refused before last: what only SIASN has; of what a person has once,
    what is empty here or moved there alone.
    """
    wanted = sa.and_(m.Pasangan.kelas == _kelas_terima(jenis), m.Pasangan.sisi == m.SIASN, m.Pasangan.ditangani == "")
    query = sa.select(m.Pasangan.id).where(m.Pasangan.jenis == jenis, wanted)
    return list(db.session.scalars(query.order_by(m.Pasangan.catatan != "", m.Pasangan.id).limit(most)))


def _kelas_terima(jenis: str) -> str:
    return m.BEDA if kinds()[jenis].tunggal else m.HANYA_SIASN


def terima_satu(key: uuid.UUID, user: Principal, with_: Bekal) -> str | None:
    """Take one of them; None when it is no more to be taken, else why it could not be, "" when it was."""
    query = sa.select(m.Pasangan).where(m.Pasangan.id == key, m.Pasangan.sisi == m.SIASN)
    pair = db.session.scalars(query, execution_options={"populate_existing": True}).first()
    if pair is None or pair.kelas != _kelas_terima(pair.jenis):
        return None
    try:
        with db.session.begin_nested():
            terima(pair, user, [one["medan"] for one in pair.beda], with_=with_)
    except (Conflict, Invalid, Denied) as error:
        why = error.pesan
    except sa.exc.IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or "aturan tabel"
        why = f"Bertentangan dengan riwayat lain di sini ({name})."
    else:
        return ""
    pair.catatan = why
    return why


def terima_semua(jenis: str, user: Principal, most: int = 500) -> tuple[int, list[tuple[uuid.UUID, str]]]:
    """All of one kind in this transaction. Returns how many, and what could not be taken with the reason."""
    with_ = bekal()
    said = [(key, terima_satu(key, user, with_)) for key in calon_terima(jenis, most)]
    return sum(why == "" for _, why in said), [(key, why) for key, why in said if why]
