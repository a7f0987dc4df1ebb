"""Settings of the LSP that decisions and papers read: quorum, name and officers, columns of the lists for BNSP."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity
from portal.kernel.calendar import setempat
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.numbers import whole
from portal.kernel.organisation import in_force
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.kernel.storage import config
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan.models import Pengaturan
from portal.sertifikasi.skema.models import LisensiLsp

LSP, PLENO, BNSP = "lsp", "pleno", "bnsp"
KUORUM = 3
DEFAULT_LSP = {
    "nama": "LSP BNPB", "alamat": "", "kota": "", "jabatan_ketua": "Ketua LSP", "bidang": "Penanggulangan Bencana",
    "bidang_en": "Disaster Management", "bentuk": "ELEKTRONIK",
}  # fmt: skip
# Column of the list for BNSP: heading, and the name of the value under it. BNSP changes the headings.
DEFAULT_BNSP = [
    ("No.", "urut"), ("Nama", "nama"), ("NIK", "nik"), ("Tempat Lahir", "tempat_lahir"),
    ("Tanggal Lahir", "tanggal_lahir"), ("Jenis Kelamin", "jenis_kelamin"), ("Alamat", "alamat"),
    ("Provinsi", "provinsi"), ("Kabupaten/Kota", "kab_kota"), ("Kecamatan", "kecamatan"), ("HP", "hp"),
    ("E-mail", "surel"), ("Pendidikan", "pendidikan"), ("Pekerjaan", "status_kerja"), ("Tanggal Uji", "tanggal_uji"),
    ("TUK", "tuk"), ("No. Reg. Asesor", "asesor"), ("Sumber Anggaran", "sumber_anggaran"), ("Instansi", "instansi"),
    ("K/BK", "hasil"),
]  # fmt: skip
VALUES = frozenset(name for _, name in DEFAULT_BNSP) | {
    "nomor", "paspor", "jabatan", "kode_pos", "lama_pengalaman", "nama_asesor", "skema", "kebangsaan",
}  # fmt: skip

activity.declare(**{"sertifikasi.pengaturan": "bagian"})


def _read(nama: str) -> dict[str, Any]:
    return db.session.scalar(sa.select(Pengaturan.nilai).where(Pengaturan.nama == nama)) or {}


def save(nama: str, nilai: dict[str, Any], user: Principal) -> None:
    row = db.session.scalars(sa.select(Pengaturan).where(Pengaturan.nama == nama).with_for_update()).first()
    if row is None:
        row = Pengaturan(nama=nama, nilai=nilai)
        db.session.add(row)
    row.nilai = nilai
    db.session.flush()
    activity.log("sertifikasi.pengaturan", row, by=user, bagian=nama)


def kuorum() -> int:
    """Members who must be able to decide a row of a pleno."""
    return int(_read(PLENO).get("kuorum", KUORUM))


def lsp() -> dict[str, Any]:
    """Name, address and licence of the LSP as papers print them."""
    return {**DEFAULT_LSP, "lisensi": _licence(), **_read(LSP)}


def _licence() -> str:
    query = sa.select(LisensiLsp.nomor).where(in_force(LisensiLsp, hari_ini())).order_by(LisensiLsp.mulai.desc())
    return db.session.scalar(query.limit(1)) or ""


def portal_since() -> date:
    """From this day on the LSP issues through the portal: as set, else the day of its first account."""
    text = str(_read(LSP).get("portal_sejak", ""))
    if text:
        return date.fromisoformat(text)
    first = db.session.scalar(sa.select(sa.func.min(User.dibuat_at)))
    return setempat(first, config().zona).date() if first else hari_ini()


def officer(peran: str) -> str:
    """Name of who holds a role today, "" when nobody does."""
    query = (
        sa.select(User.nama)
        .join(PenugasanPeran, PenugasanPeran.user_id == User.id)
        .where(PenugasanPeran.peran == peran, in_force(PenugasanPeran, hari_ini()), User.aktif)
        .order_by(PenugasanPeran.mulai.desc(), User.nama)
    )
    return db.session.scalar(query.limit(1)) or ""


def ketua(nama: str = "") -> dict[str, str]:
    return {"nama": nama or officer("ketua_lsp"), "jabatan": str(lsp()["jabatan_ketua"])}


def columns() -> list[tuple[str, str]]:
    """Heading and value of every column of a list for BNSP, in order."""
    stored = _read(BNSP).get("kolom")
    return [(str(title), str(value)) for title, value in stored] if stored else list(DEFAULT_BNSP)


def parse_columns(text: str) -> list[tuple[str, str]]:
    """Lines `Heading = value`. Raises Invalid naming the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        title, mark, value = (part.strip() for part in line.rpartition("="))
        if not mark or not title or value not in VALUES:
            raise Invalid("kolom", f"Baris {number}: tulis judul kolom = nama isian, misalnya NIK = nik")
        found.append((title, value))
    if not found:
        raise Invalid("kolom", "Isi sedikitnya satu kolom")
    if len({title for title, _ in found}) < len(found):
        raise Invalid("kolom", "Judul kolom tidak boleh sama")
    return found


def parse_kuorum(text: str) -> int:
    found = whole(text, 1, 15)
    if found is None:
        raise Invalid("kuorum", "Kuorum: isi angka 1 sampai 15")
    return found
