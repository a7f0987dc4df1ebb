"""The request to BNSP: letter, minutes, SK and one list for each scheme, K and BK, in one zip made by a job.

BNSP takes a letter of at most 2 MB and minutes of at most 5 MB each. Every NIK that goes into a list is one line in
the log, with the name of who asked for the package.
"""

import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
import xlsxwriter  # type: ignore[import-untyped]

from portal.kernel import access, activity, calendar, documents, jobs, people, storage
from portal.kernel.db import db, now
from portal.kernel.documents import Checked, Document
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.numbers import ukuran
from portal.kernel.people import Principal, User
from portal.kernel.sealing import unseal
from portal.kernel.storage import config
from portal.sertifikasi import VERIFIKASI, sheets
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pengaturan, sertifikat
from portal.sertifikasi.keputusan.sk import holding_rows
from portal.sertifikasi.saya import forms
from portal.sertifikasi.saya import models as m

ZIP = "application/zip"
LETTER_MOST, MINUTES_MOST = 2 * 1024 * 1024, 5 * 1024 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TO = "Ketua Badan Nasional Sertifikasi Profesi\ndi Jakarta"

activity.declare(**{
    "paket.diminta": "nomor sk", "paket.dibuat": "nomor berkas baris", "nik.dibaca_massal": "untuk jumlah orang",
})  # fmt: skip


# ---- asking for it


def ready() -> list[k.Sk]:
    """Signed SK that no package holds yet, corrected ones left out."""
    packed = {one for ids in db.session.scalars(sa.select(k.PaketBnsp.sk)) for one in ids}
    corrected = sa.select(k.Sk.koreksi_id).where(k.Sk.koreksi_id.is_not(None), k.Sk.ditandatangani_at.is_not(None))
    corrected = corrected.where(~k.Sk.isi.has_key("perbaikan"))  # those take one row and leave the others
    query = sa.select(k.Sk).where(k.Sk.ditandatangani_at.is_not(None), k.Sk.id.not_in(corrected)).order_by(k.Sk.tanggal)
    return [sk for sk in db.session.scalars(query) if str(sk.id) not in packed]


def request(
    user: Principal, nomor: str, tanggal: date | None, tujuan: str, ids: list[uuid.UUID]
) -> tuple[k.PaketBnsp, list[str]]:
    """Make the certificates of these SK, still without number, and queue the zip. Returns the package and a line
    for each row that cannot become a certificate. Raises Invalid."""
    text = " ".join(nomor.split())
    if not 3 <= len(text) <= 80:
        raise Invalid("nomor", "Isi nomor surat permohonan, 3 sampai 80 huruf")
    if db.session.scalar(sa.select(k.PaketBnsp.id).where(k.PaketBnsp.nomor == text)) is not None:
        raise Invalid("nomor", f"Nomor {text} sudah dipakai paket lain")
    if tanggal is None or tanggal > hari_ini():
        raise Invalid("tanggal", "Isi tanggal surat, tidak sesudah hari ini")
    chosen = [sk for sk in ready() if sk.id in ids]
    if not chosen:
        raise Invalid("sk", "Pilih sedikitnya satu SK yang sudah ditandatangani")
    row = k.PaketBnsp(
        nomor=text, tanggal=tanggal, tujuan=tujuan.strip() or TO, sk=[str(sk.id) for sk in chosen], oleh_id=user.id
    )
    db.session.add(row)
    db.session.flush()
    refused = [line for sk in chosen for line in _certificates(row, sk, user)]
    row.isi = letter(row, chosen)
    activity.log("paket.diminta", row, by=user, nomor=text, sk=[sk.nomor for sk in chosen])
    build(row, user)
    return row, refused


def build(row: k.PaketBnsp, user: Principal) -> uuid.UUID:
    return jobs.enqueue(rakit, f"Paket BNSP {row.nomor}", f"paket-{row.id}", user.id, paket=str(row.id))


def _certificates(row: k.PaketBnsp, sk: k.Sk, user: Principal) -> Iterator[str]:
    query = sa.select(k.Keputusan).where(k.Keputusan.sk_id == sk.id, k.Keputusan.hasil == m.K)
    for decision in db.session.scalars(query):
        if db.session.scalar(sa.select(k.Sertifikat.id).where(k.Sertifikat.keputusan_id == decision.id)):
            continue
        try:
            sertifikat.make(decision, sk, user).paket_id = row.id
        except Conflict as error:
            yield error.pesan


def letter(row: k.PaketBnsp, chosen: list[k.Sk]) -> dict[str, Any]:
    """Content of the surat permohonan, one line a scheme."""
    lines = []
    for sk in chosen:
        results = [one["hasil"] for one in holding_rows(sk)]
        lines.append(
            {
                "skema": sk.isi["skema"]["judul"],
                "nomor": sk.isi["skema"]["nomor"],
                "tuk": (sk.isi["tuk"] or {}).get("nama", ""),
                "tanggal": sk.isi["selesai"],
                "k": results.count(m.K),
                "bk": results.count(m.BK),
            }
        )
    lsp = pengaturan.lsp()
    return {
        "kode": "SURAT.BNSP",
        "nomor": row.nomor,
        "contoh": any(sk.isi["contoh"] for sk in chosen),
        "lsp": lsp,
        "skema": chosen[0].isi["skema"],
        "tanggal": row.tanggal.isoformat(),
        "tempat": lsp["kota"],
        "tujuan": row.tujuan,
        "lampiran": f"{len(chosen) * 2 + 1} berkas",
        "ketua": pengaturan.ketua(),
        "baris": lines,
        "sk": {"nomor": ", ".join(sk.nomor for sk in chosen), "tanggal": chosen[-1].tanggal.isoformat()},
    }


# ---- the zip


@jobs.kind("sertifikasi-paket-bnsp", antrean="panjang")
def rakit(job: jobs.Job) -> uuid.UUID | None:
    """May run twice: a package that is there stays. The person is asked again whether they may."""
    row = db.session.scalars(
        sa.select(k.PaketBnsp).where(k.PaketBnsp.id == uuid.UUID(job.argumen["paket"])).with_for_update()
    ).one()
    if row.dokumen_id is not None or job.user_id is None:
        return row.dokumen_id
    user = people.principal_of(job.user_id, access.grants())
    if user is None or not (user.has("sertifikasi.verifikasi") or user.has("sertifikasi.manajer")):
        raise Conflict("Anda tidak lagi berhak menyiapkan paket BNSP.")
    files = list(_files(row, user, job))
    row.rincian = {"berkas": [{"nama": n, "byte": len(b)} for n, b in files], "masalah": too_big(files)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            archive.writestr(zipfile.ZipInfo(name, now().timetuple()[:6]), body, zipfile.ZIP_DEFLATED)
    name = f"paket-bnsp_{_slug(row.nomor)}.zip"
    document = documents.made(Checked(name, ZIP, out.getvalue(), None), user.id)
    documents.claim(document)
    documents.for_office(document, VERIFIKASI)
    row.dokumen_id = document.id
    activity.log("paket.dibuat", row, by=user, nomor=row.nomor, berkas=len(files), baris=row.rincian.get("baris", 0))
    return document.id


def too_big(files: list[tuple[str, bytes]]) -> list[str]:
    """A line for every file that BNSP would not take."""
    found = []
    for name, body in files:
        most = LETTER_MOST if name.startswith("1-") else MINUTES_MOST if name.startswith("2-") else None
        if most is not None and len(body) > most:
            found.append(f"{name} ({ukuran(len(body))}) melebihi {ukuran(most)}.")
    return found


def _files(row: k.PaketBnsp, user: Principal, job: jobs.Job) -> Iterator[tuple[str, bytes]]:
    chosen = list(
        db.session.scalars(sa.select(k.Sk).where(k.Sk.id.in_([uuid.UUID(i) for i in row.sk])).order_by(k.Sk.tanggal))
    )
    yield f"1-surat-permohonan_{_slug(row.nomor)}.pdf", sheets.render(row.isi)
    for meeting in dict.fromkeys(sk.pleno_id for sk in chosen if sk.pleno_id):
        pleno = db.session.get_one(k.Pleno, meeting)
        yield f"2-berita-acara_{_slug(pleno.nomor)}.pdf", _stored(pleno.berita_acara_id, f"Berita acara {pleno.nomor}")
    for when, venue, document_id in _assessments([sk.id for sk in chosen]):
        name = f"2-berita-acara-asesmen_{when:%Y%m%d}_{_slug(venue)}_{str(document_id)[-6:]}.pdf"
        yield name, _stored(document_id, f"Berita acara asesmen {venue}")
    for done, sk in enumerate(chosen, 1):
        yield f"3-sk_{_slug(sk.nomor)}.pdf", _stored(sk.dokumen_id, f"SK {sk.nomor}")
        yield f"4-daftar_{_slug(sk.isi['skema']['judul'])}_{_slug(sk.nomor)}.xlsx", table(sk, user, row.nomor)
        jobs.progress(job, done, len(chosen))


def _assessments(decided: list[uuid.UUID]) -> list[Any]:
    """Day, venue and minutes of the sessions behind these decisions; a scan takes the place of the drawn paper."""
    drawn = (
        sa.select(m.FormIsian.dokumen_id)
        .where(m.FormIsian.sesi_id == a.SesiAsesmen.id, m.FormIsian.kode == formulir.BERITA_ACARA)
        .where(m.FormIsian.dikunci_at.is_not(None))
        .order_by(m.FormIsian.ke.desc())
        .limit(1)
        .scalar_subquery()
    )
    minutes = sa.func.coalesce(a.SesiAsesmen.berita_acara_id, drawn).label("berita")
    sessions = (
        sa.select(a.PesertaSesi.sesi_id)
        .join(k.Keputusan, k.Keputusan.permohonan_id == a.PesertaSesi.permohonan_id)
        .where(k.Keputusan.sk_id.in_(decided))
    )
    found = sa.select(a.SesiAsesmen.mulai, a.Tuk.nama, minutes).join(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id)
    query = found.where(a.SesiAsesmen.id.in_(sessions)).order_by(a.SesiAsesmen.mulai, a.SesiAsesmen.id)
    return [row for row in db.session.execute(query) if row.berita is not None]


def _stored(document_id: uuid.UUID | None, what: str) -> bytes:
    """Raises RuntimeError while the paper is still being drawn: the job is tried again."""
    document = db.session.get(Document, document_id) if document_id else None
    body = storage.get(document.kunci) if document else None
    if body is None:
        raise RuntimeError(f"{what} is not drawn yet")
    return body


def table(sk: k.Sk, user: Principal, untuk: str) -> bytes:
    """One scheme's list, K and BK, with the stored columns. NIK, phone and codes are texts."""
    columns, rows = pengaturan.columns(), list(_rows(sk))
    if any(value == "nik" for _, value in columns):
        activity.log("nik.dibaca_massal", sk, by=user, untuk=f"Paket BNSP {untuk}", jumlah=len(rows),
                     orang=[r["nomor"] for r in rows])  # fmt: skip
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, bold = book.add_worksheet("Daftar"), book.add_format({"bold": True})
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "dd-mm-yyyy"})
        for c, (title, _) in enumerate(columns):
            sheet.write_string(0, c, title, bold)
        for r, values in enumerate(rows, 1):
            for c, (_, name) in enumerate(columns):
                _cell(sheet, r, c, values.get(name, ""), text, day)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 18)
        _about(book, sk, untuk, user, len(rows))
    return out.getvalue()


def _cell(sheet: Any, row: int, column: int, value: Any, text: Any, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        safe = (
            f"'{value}" if str(value).startswith(FORMULA) and not re.fullmatch(r"\+[0-9]+", str(value)) else str(value)
        )
        sheet.write_string(row, column, safe, text)


def _about(book: Any, sk: k.Sk, untuk: str, user: Principal, jumlah: int) -> None:
    sheet = book.add_worksheet("Keterangan")
    facts = [
        ("Paket", untuk), ("SK", sk.nomor), ("Skema", sk.isi["skema"]["judul"]), ("Baris", str(jumlah)),
        ("Dibuat", calendar.waktu(now(), config().zona)), ("Oleh", user.nama),
        ("K", "Kompeten"), ("BK", "Belum kompeten"),
    ]  # fmt: skip
    for r, (label, value) in enumerate(facts):
        sheet.write_string(r, 0, label)
        sheet.write_string(r, 1, value)
    sheet.set_column(0, 1, 32)


def _rows(sk: k.Sk) -> Iterator[dict[str, Any]]:
    """Values by name for every row of an SK, in its order."""
    asesor = sa.orm.aliased(User)
    query = (
        sa.select(
            m.Permohonan,
            k.Keputusan,
            asesor.nama.label("asesor"),
            a.Asesor.no_reg,
            a.Tuk.nama.label("tuk"),
            a.SesiAsesmen.mulai,
        )
        .join(k.Keputusan, k.Keputusan.permohonan_id == m.Permohonan.id)
        .outerjoin(a.Rekomendasi, a.Rekomendasi.permohonan_id == m.Permohonan.id)
        .outerjoin(a.Asesor, a.Asesor.id == a.Rekomendasi.asesor_id)
        .outerjoin(asesor, asesor.id == a.Asesor.user_id)
        .outerjoin(a.PesertaSesi, a.PesertaSesi.permohonan_id == m.Permohonan.id)
        .outerjoin(a.SesiAsesmen, a.SesiAsesmen.id == a.PesertaSesi.sesi_id)
        .outerjoin(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id)
        .where(k.Keputusan.id.in_([uuid.UUID(one["keputusan"]) for one in sk.isi["baris"]]))
        .order_by(a.SesiAsesmen.mulai.desc())
    )
    found: dict[str, Any] = {}
    for r in db.session.execute(query):
        found.setdefault(str(r.Keputusan.id), r)
    for urut, one in enumerate(holding_rows(sk), 1):
        r = found[one["keputusan"]]
        yield _values(urut, one, r, sk)


def _values(urut: int, one: dict[str, Any], r: Any, sk: k.Sk) -> dict[str, Any]:
    case: m.Permohonan = r.Permohonan
    typed = {f.name: forms.shown(f, str(case.isian.get(f.name, ""))) for f in forms.FIELDS if f.name != "nik"}
    born = forms.parse_date(str(case.isian.get("tanggal_lahir", "")))
    return {
        **typed, "urut": urut, "nomor": case.nomor or "", "nama": one["nama"], "hasil": one["hasil"],
        "nik": unseal(case.nik_enc, "nik") if case.nik_enc else "", "tanggal_lahir": born or "",
        "hp": str(case.isian.get("hp", "")), "jenis_kelamin": str(case.isian.get("jenis_kelamin", "")),
        "tanggal_uji": calendar.setempat(r.mulai, config().zona).date() if r.mulai else "", "tuk": r.tuk or "",
        "asesor": r.no_reg or "", "nama_asesor": r.asesor or "", "skema": sk.isi["skema"]["judul"],
    }  # fmt: skip


def _slug(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "-", text).strip("-").lower()[:60]
