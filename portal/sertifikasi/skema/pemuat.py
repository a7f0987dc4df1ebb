"""The starting data of the LSP: 17 schemes and 52 units, each row with where its wording comes from.

Rows that are there already stay as they are: the sekretariat may have corrected them since.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from portal.kernel.calendar import setempat
from portal.kernel.db import commit, db, now
from portal.kernel.demo import FILLERS, require_demo
from portal.kernel.people import PenugasanPeran, User
from portal.kernel.storage import config
from portal.sertifikasi import module
from portal.sertifikasi.skema import models as m
from portal.sertifikasi.skema.services import confirm

FILE = Path(__file__).resolve().parents[1] / "data" / "skema-lsp-bnpb.json"
SCHEMES, UNITS = 17, 52
STRENGTH = ("sourced", "inferred", "draft2012", "condensed", "element", "assumed")  # strongest first
EITHER = " ATAU "
# kind of document by what the wording of a requirement begins with; the first that fits
KINDS = (
    ("KTP", "KTP"), ("Pas foto", "PAS_FOTO"), ("Daftar riwayat hidup", "CV"), ("Pendidikan", "IJAZAH"),
    ("Sertifikat pelatihan", "SERTIFIKAT_PELATIHAN"), ("Pengalaman", "SURAT_PENGALAMAN"),
    ("SK jabatan", "SURAT_TUGAS"), ("Surat tugas", "SURAT_TUGAS"), ("Surat keterangan sehat", "SURAT_SEHAT"),
    ("Surat rekomendasi", "SURAT_REKOMENDASI"),
)  # fmt: skip
OLDEST = {"SURAT_SEHAT": 12}  # months
CONDITIONAL = "bila "
DEMO_SCHEME, DEMO_NUMBER = "PPT-PTG", "DATA PERAGAAN, bukan skema resmi"
DEMO_LICENCE = "PERAGAAN-LSP-0001-ID"


@dataclass(frozen=True)
class Loaded:
    """Rows added; zeros when everything was there."""

    skema: int = 0
    unit: int = 0

    def __str__(self) -> str:
        return f"Sertifikasi: {self.skema} skema dan {self.unit} unit kompetensi ditambahkan."


def data() -> dict[str, Any]:
    """The file, checked: 17 schemes, 52 units, every unit used, no unit unknown. Raises ValueError."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    check(found)
    return found


def check(found: dict[str, Any]) -> None:
    """Raises ValueError naming the first rule that does not hold."""
    codes = {unit["kode"] for unit in found["unit_kompetensi"]}
    used = {unit["kode"] for skema in found["skema"] for unit in skema["units"]}
    names = {skema["kode_internal"] for skema in found["skema"]}
    rules = (
        (len(names) == len(found["skema"]) == SCHEMES, f"harus {SCHEMES} skema"),
        (len(codes) == len(found["unit_kompetensi"]) == UNITS, f"harus {UNITS} unit kompetensi"),
        (used <= codes, f"unit tidak dikenal: {', '.join(sorted(used - codes))}"),
        (codes <= used, f"unit tidak dipakai: {', '.join(sorted(codes - used))}"),
    )
    for holds, words in rules:
        if not holds:
            raise ValueError(f"{FILE.name}: {words}")


def load() -> Loaded:
    """Add the schemes and units that are missing. The caller commits. Raises ValueError for a wrong file."""
    found = data()
    standards = {row["id"]: _standard(row) for row in found["meta"]["standar"]}
    known = {unit.kode: unit for unit in db.session.scalars(sa.select(m.UnitKompetensi))}
    fresh = [row for row in found["unit_kompetensi"] if row["kode"] not in known]
    for row in fresh:
        known[row["kode"]] = _unit(row, standards[row["standar"]])
    have = set(db.session.scalars(sa.select(m.Skema.kode)))
    missing = [row for row in found["skema"] if row["kode_internal"] not in have]
    for row in missing:
        _scheme(row, known, {u["kode"]: u for u in found["unit_kompetensi"]})
    return Loaded(len(missing), len(fresh))


def _standard(row: dict[str, Any]) -> m.Standar:
    known = db.session.scalars(sa.select(m.Standar).where(m.Standar.kode == row["id"])).first()
    return known or _added(m.Standar(kode=row["id"], nomor=row["nomor"], bidang=row["bidang"]))


def _unit(row: dict[str, Any], standard: m.Standar) -> m.UnitKompetensi:
    status = weaker(row["kode_status"], row["judul_status"])
    unit = _added(
        m.UnitKompetensi(
            standar_id=standard.id, kode=row["kode"], judul=row["judul"], judul_en=row["judul_en"] or "",
            status_data=status,
        )
    )  # fmt: skip
    for urut, part in enumerate(row["elemen"], 1):
        elemen = _added(m.Elemen(unit_id=unit.id, urut=urut, judul=part["judul"], status_data=part["status"]))
        for place, kuk in enumerate(part["kuk"], 1):
            db.session.add(
                m.Kuk(elemen_id=elemen.id, urut=place, nomor=kuk["nomor"], teks=kuk["teks"], status_data=kuk["status"])
            )
    db.session.flush()
    return unit


def _scheme(row: dict[str, Any], units: dict[str, m.UnitKompetensi], raw: dict[str, dict[str, Any]]) -> None:
    skema = _added(
        m.Skema(
            kode=row["kode_internal"], judul=row["judul"], sub_klaster=row["sub_klaster"], urut=row["no"],
            jenjang=row["jenjang_okupasi"], jenis=row["jenis"].upper(),
        )
    )  # fmt: skip
    start = date.fromisoformat(row["berlaku_mulai"]) if row["berlaku_mulai"] else None
    version = _added(
        m.SkemaVersi(
            skema_id=skema.id, versi=row["versi"], nomor=row["nomor_skema"] or "", judul=row["judul"],
            kkni_level=row["kkni_level"], masa_berlaku_bulan=row["masa_berlaku_bulan"], berlaku_mulai=start,
            surveilan=row["surveilans_bulan"], contoh=not is_sourced(row, raw),
        )
    )  # fmt: skip
    for part in row["units"]:
        db.session.add(m.SkemaUnit(skema_versi_id=version.id, unit_id=units[part["kode"]].id, urut=part["urut"]))
    for kategori, name in ((m.DASAR, "persyaratan_dasar"), (m.ADMINISTRATIF, "bukti_administratif")):
        for one in requirements(kategori, row[name]):
            db.session.add(m.SkemaSyarat(skema_versi_id=version.id, **one))
    db.session.flush()


def requirements(kategori: str, rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Rows of APL-01 part 3. "A ATAU B" becomes two rows of one group, of which one is enough."""
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        parts = row["teks"].split(EITHER)
        for part in parts:
            teks = part[:1].upper() + part[1:]
            jenis = kind_of(teks)
            several = len(parts) > 1
            found.append({
                "kategori": kategori, "urut": len(found) + 1, "teks": teks, "jenis": jenis,
                "sifat": m.SALAH_SATU if several else m.OPSIONAL if CONDITIONAL in teks else m.WAJIB,
                "grup": f"{kategori.lower()}-{number}" if several else "",
                "umur_maks_bulan": OLDEST.get(jenis), "status_data": row["status"],
            })  # fmt: skip
    return found


def kind_of(teks: str) -> str:
    return next((kind for start, kind in KINDS if teks.startswith(start)), "LAINNYA")


def weaker(*statuses: str) -> str:
    """The status that says least; a row is as good as its weakest part. Raises ValueError for an unknown one."""
    return max(statuses, key=STRENGTH.index)


def is_sourced(row: dict[str, Any], raw: dict[str, dict[str, Any]]) -> bool:
    """Whether everything that this scheme shows was read in a published source."""
    statuses = {value for name, value in row.items() if name.endswith("_status")}
    statuses |= {part["status"] for name in ("persyaratan_dasar", "bukti_administratif") for part in row[name]}
    for unit in (raw[part["kode"]] for part in row["units"]):
        statuses |= {unit["kode_status"], unit["judul_status"]}
        statuses |= {part["status"] for part in unit["elemen"]}
        statuses |= {kuk["status"] for part in unit["elemen"] for kuk in part["kuk"]}
    return statuses == {m.SOURCED}


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


COMMANDS = AppGroup("sertifikasi", help="Schemes of the LSP.")
module.blueprint.cli_group = None  # commands of this module stand at the top; these in a group of their own
module.blueprint.cli.add_command(COMMANDS)


@COMMANDS.command("muat-skema")
def muat_skema() -> None:
    """Load the 17 schemes and 52 units; what is there already stays."""
    loaded = load()
    commit()
    click.echo(str(loaded))


# ---- demo


def load_demo(skala: str = "kecil") -> Loaded:
    """The schemes, a licence for them, and one scheme that may lead to a certificate. Raises Refused, ValueError."""
    require_demo(skala)
    loaded = load()
    if not db.session.scalar(sa.select(sa.exists().where(m.LisensiLsp.nomor == DEMO_LICENCE))):
        _licence()
    query = sa.select(m.SkemaVersi).join(m.Skema).where(m.Skema.kode == DEMO_SCHEME, m.SkemaVersi.contoh)
    version = db.session.scalars(query.order_by(m.SkemaVersi.versi)).first()
    who = _who_confirms()
    if version is not None and version.dikonfirmasi_at is None and who is not None:
        version.nomor = DEMO_NUMBER
        confirm(version, who)
    return loaded


def _licence() -> None:
    year = setempat(now(), config().zona).year
    licence = _added(m.LisensiLsp(nomor=DEMO_LICENCE, mulai=date(year - 1, 1, 1), selesai=date(year + 3, 12, 31)))
    for key in db.session.scalars(sa.select(m.Skema.id)):
        db.session.add(m.LisensiSkema(lisensi_id=licence.id, skema_id=key))
    db.session.flush()


def _who_confirms() -> User | None:
    """The manajer sertifikasi of the demo, else its administrator."""
    held = sa.select(PenugasanPeran.user_id).where(PenugasanPeran.peran == "manajer_sertifikasi")
    found = db.session.scalars(sa.select(User).where(User.id.in_(held)).order_by(User.pengguna)).first()
    return found or db.session.scalars(sa.select(User).where(User.pengguna == "yosef.kilok")).first()


FILLERS.append(load_demo)
