"""Files: judged by content, kept once, opened by who may, purged when nobody needs them."""

import hashlib
import io
import random
import struct
import uuid
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from portal.kernel import documents, jobs, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.documents import DOCX, JPG, PDF, PNG, XLSX, Checked, Document, check, clean_name, preview, purge
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal, User
from tests.kernel.factories import UserFactory
from tests.kernel.sessions import Other

LIMIT = 5 * 1024 * 1024


def pdf(pages: int = 1, size: tuple[float, float] = (595, 842), **options: Any) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1, **options)
    for number in range(pages):
        canvas.drawString(20, 20, f"Halaman {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **options)
    return out.getvalue()


def archive(*names: str, compressed: bytes = b"isi") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, compressed)
    return out.getvalue()


def docx(*more: str) -> bytes:
    return archive("[Content_Types].xml", "word/document.xml", *more)


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its few bytes do not hold."""
    body = b"\x89PNG\r\n\x1a\n"
    for kind, content in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"")), (b"IEND", b""),
    ):  # fmt: skip
        body += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return body


def bare_pdf(*objects: bytes) -> bytes:
    """A PDF written object by object; the first is its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + table + tail


# ---- what is taken and what is refused


@pytest.mark.parametrize(("body", "mime", "name", "pages"), [
    (pdf(3), PDF, "lap.pdf", 3), (picture("JPEG"), JPG, "lap.jpg", 1), (picture("PNG"), PNG, "lap.png", 1),
    (docx(), DOCX, "lap.docx", None), (archive("[Content_Types].xml", "xl/workbook.xml"), XLSX, "lap.xlsx", None),
])  # fmt: skip
@pytest.mark.parametrize("given", ["lap.exe", "lap", "../../etc/lap.pdf", "C:\\dok\\lap.txt"])
def test_the_type_and_the_stored_name_follow_the_content(
    body: bytes, mime: str, name: str, pages: int | None, given: str
) -> None:
    found = check(body, given, LIMIT)
    assert (found.mime, found.nama, found.halaman) == (mime, name, pages)


@pytest.mark.parametrize(("body", "words"), [
    (b"", "kosong (0 KB)"),
    (b"x" * (LIMIT + 1), "terlalu besar (maksimal 5 MB)"),
    (b"MZ\x90\x00" + b"\x00" * 200, "bukan PDF, JPG, PNG, DOCX, atau XLSX"),
    (b"\x7fELF\x02\x01\x01" + b"\x00" * 200, "bukan PDF, JPG, PNG, DOCX, atau XLSX"),
    (b"<svg onload='alert(1)'/>", "bukan PDF, JPG, PNG, DOCX, atau XLSX"),
    (b"GIF89a" + b"\x00" * 50, "bukan PDF, JPG, PNG, DOCX, atau XLSX"),
    (b"\n" + pdf(), "bukan PDF, JPG, PNG, DOCX, atau XLSX"),
    (archive("a.txt"), "bukan PDF, JPG, PNG, DOCX, atau XLSX"),
    (archive("word/document.xml"), "bukan PDF, JPG, PNG, DOCX, atau XLSX"),
    (archive("[Content_Types].xml"), "bukan PDF, JPG, PNG, DOCX, atau XLSX"),
    (pdf(encrypt=StandardEncryption("rahasia")), "terkunci sandi. Hapus sandinya"),
    (pdf()[:400], "rusak atau bukan PDF yang utuh"),
    (bare_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"), "rusak atau bukan PDF"),
    (b"%PDF-1.7\n" + b"sampah" * 50, "rusak atau bukan PDF yang utuh"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "terkunci sandi atau memakai format Office lama"),
    (docx("word/vbaProject.bin"), "memuat makro"),
    (docx()[:-30], "rusak. Simpan ulang"),
    (docx().replace(b"\x14\x00", b"\xff\x00"), "rusak. Simpan ulang"),
    (picture("JPEG")[:200], "rusak. Ambil ulang"),
    (picture("PNG")[:60], "rusak. Ambil ulang"),
    (b"\xff\xd8\xff", "rusak. Ambil ulang"),
    (png_of(7900, 7800), "paling banyak 60 megapiksel"),
    (png_of(2**31 - 1, 2**31 - 1), "paling banyak 60 megapiksel"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_advice(body: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(body, "laporan.pdf", LIMIT, "r2-berkas")
    assert words in refused.value.pesan
    assert "laporan.pdf" in refused.value.pesan
    assert refused.value.field == "r2-berkas"


def test_an_archive_that_swells_when_opened_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "x")
        with made.open("word/document.xml", "w") as inner:
            for _ in range(101):
                inner.write(b"\x00" * 1024 * 1024)
    assert len(out.getvalue()) < 200_000
    with pytest.raises(Invalid, match="terlalu besar setelah dibuka"):
        check(out.getvalue(), "bom.docx", LIMIT)


def test_a_file_of_exactly_the_limit_is_taken() -> None:
    body = pdf()
    assert check(body, "a.pdf", len(body)).body == body
    with pytest.raises(Invalid):
        check(body, "a.pdf", len(body) - 1)


def test_a_pdf_that_only_forbids_printing_is_readable() -> None:
    body = pdf(encrypt=StandardEncryption("", ownerPassword="pemilik", canPrint=0))
    assert check(body, "a.pdf", LIMIT).halaman == 1


@pytest.mark.parametrize(("given", "kept"), [
    ("laporan akhir.pdf", "laporan akhir.pdf"), ("/etc/passwd", "passwd"), ("..\\..\\a.pdf", "a.pdf"),
    ("...", "berkas"), ("", "berkas"), ("a\x00b\nc\u202efdp.pdf", "abcfdp.pdf"), ('<"x">|?*:.pdf', "x.pdf"),
    ("ñandú 文書.pdf", "ñandú 文書.pdf"), ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
])  # fmt: skip
def test_a_name_keeps_the_persons_words_and_nothing_that_acts(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def mutated(body: bytes, dice: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(dice.choice([1, 3, 10])):
        at = dice.randrange(len(changed))
        match dice.randrange(4):
            case 0:
                changed[at] = dice.randrange(256)
            case 1:
                changed[at : at + 4] = b"\xff\xff\xff\xff"
            case 2:
                changed[at:at] = dice.randbytes(5)
            case _:
                del changed[at + 1 : at + 30]
    return bytes(changed)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("body", [
    pdf(2), picture("JPEG", comment=b"x" * 40), picture("PNG", mode="P"), docx("word/media/gambar.png"),
])  # fmt: skip
def test_damage_anywhere_in_a_file_is_either_harmless_or_refused(body: bytes) -> None:
    dice = random.Random(20261121)
    outcomes: set[type] = set()
    for _ in range(120):
        try:
            outcomes.add(type(check(mutated(body, dice), "a.bin", LIMIT)))
        except Invalid as refused:
            outcomes.add(type(refused))
    assert Invalid in outcomes


# ---- pictures


def camera_data() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kamera Uji"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (6.0, 10.0, 0.0)
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_loses_place_camera_and_comments_and_stands_upright(kind: str) -> None:
    notes = PngInfo()
    notes.add_text("Comment", "di rumah Bu Siti")
    more: dict[str, Any] = {"pnginfo": notes} if kind == "PNG" else {"comment": b"di rumah Bu Siti", "xmp": b"<gps/>"}
    body = picture(kind, exif=camera_data(), **more)
    assert b"Siti" in body
    assert b"Kamera" in body
    kept = check(body, "foto.jpg", LIMIT)
    with Image.open(io.BytesIO(kept.body)) as seen:
        assert seen.size == (40, 60)
        assert not seen.getexif()
    for word in (b"Siti", b"Kamera", b"gps", b"Exif"):
        assert word not in kept.body


@pytest.mark.parametrize("turn", range(10))
def test_every_way_of_holding_the_camera_is_turned(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    drawn = Image.linear_gradient("L").resize((60, 40)).convert("RGB")
    drawn.paste((255, 0, 0), (50, 5, 58, 10))
    out = io.BytesIO()
    drawn.save(out, "PNG", exif=exif)
    kept = check(out.getvalue(), "foto.png", LIMIT)
    with Image.open(io.BytesIO(kept.body)) as seen, Image.open(out) as given:
        assert seen.size == ((40, 60) if turn in range(5, 9) else (60, 40))
        assert seen.tobytes() == ImageOps.exif_transpose(given).tobytes()


@pytest.mark.filterwarnings("ignore")
def test_a_photo_whose_camera_data_are_broken_is_still_a_photo() -> None:
    body = picture("JPEG", exif=camera_data())
    at, dice = body.index(b"Exif"), random.Random(7)
    for _ in range(80):
        broken = bytearray(body)
        broken[at + 6 + dice.randrange(60)] = dice.choice([0, 255])
        assert check(bytes(broken), "foto.jpg", LIMIT).mime == JPG


def test_a_large_picture_is_made_smaller_and_a_palette_is_no_obstacle() -> None:
    big = check(picture("PNG", (3000, 1000), mode="L"), "peta.png", LIMIT)
    with Image.open(io.BytesIO(big.body)) as seen:
        assert seen.size == (2400, 800)
    for mode in ("1", "P", "LA", "RGBA", "I;16"):
        out = io.BytesIO()
        Image.new(mode, (8, 8)).save(out, "PNG")
        assert check(out.getvalue(), "a.png", LIMIT).mime == PNG
    assert check(picture("JPEG", mode="CMYK"), "cetak.jpg", LIMIT).mime == JPG


# ---- the store


@pytest.fixture
def owner(app: Flask) -> User:
    user: User = UserFactory.create()
    return user


def receive(user: User, body: bytes = b"", name: str = "surat.pdf") -> Document:
    return documents.receive(io.BytesIO(body or pdf()), name, user.id, LIMIT)


def keys() -> set[str]:
    listed = storage.s3().list_objects_v2(Bucket=storage.config().s3_bucket)
    return {entry["Key"] for entry in listed.get("Contents", [])}


def test_a_file_is_stored_with_its_hash_size_and_pages(owner: User) -> None:
    body = pdf(2)
    row = receive(owner, body, "laporan.PDF")
    sha256 = hashlib.sha256(body).hexdigest()
    assert (row.nama, row.mime, row.ukuran, row.halaman, row.sha256) == ("laporan.pdf", PDF, len(body), 2, sha256)
    assert row.diklaim_at is None
    assert row.kunci == f"isi/{sha256[:2]}/{sha256}"
    assert storage.get(row.kunci) == body
    commit()
    line = db.session.scalars(sa.select(Aktivitas)).one()
    assert (line.peristiwa, line.objek_id) == ("berkas.diunggah", row.id)
    assert line.data == {"nama": "laporan.pdf", "ukuran": len(body), "sha256": sha256}


def test_the_same_content_of_many_people_is_stored_once(owner: User) -> None:
    rows = [receive(owner, name="a.pdf"), receive(UserFactory.create(), name="b.pdf"), receive(owner)]
    assert len({row.id for row in rows}) == 3
    assert keys() == {rows[0].kunci}


def test_more_than_the_limit_is_not_even_read(owner: User) -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= LIMIT + 1
            return b"x" * size

    with pytest.raises(Invalid, match="terlalu besar"):
        documents.receive(Endless(), "a.pdf", owner.id, LIMIT)  # type: ignore[arg-type]


def test_without_the_store_the_person_reads_what_to_do_and_no_row_is_made(
    app: Flask, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), s3_secret="salah"))
    with pytest.raises(Invalid) as refused:
        documents.receive(io.BytesIO(pdf()), "surat.pdf", owner.id, LIMIT, "r1-berkas")
    assert refused.value.field == "r1-berkas"
    assert "Isian lain tidak hilang. Coba unggah lagi" in refused.value.pesan
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0


# ---- the purge


def test_the_purge_takes_unclaimed_and_expired_files_with_their_pictures_and_leaves_the_rest(
    owner: User, jam: Any
) -> None:
    unclaimed, claimed = receive(owner, pdf(1)), receive(owner, pdf(2))
    expired, fresh = receive(owner, pdf(3)), receive(owner, pdf(4))
    documents.claim(claimed)
    for row, days in ((expired, 1), (fresh, 9)):
        documents.claim(row)
        row.kedaluwarsa_at = now() + timedelta(days=days)
    for row in (unclaimed, claimed, expired):
        assert preview(row, 1)
    commit()
    assert purge() == 0
    jam.shift(timedelta(hours=24, seconds=1))
    young = receive(owner, pdf(5))
    commit()
    assert purge() == 2
    commit()
    assert set(db.session.scalars(sa.select(Document.id))) == {claimed.id, fresh.id, young.id}
    picture_of_claimed = documents.preview_key(claimed.sha256, 1)
    assert keys() == {claimed.kunci, fresh.kunci, young.kunci, picture_of_claimed}


def stale(sha: bytes) -> Document:
    row = receive(UserFactory.create(), sha)
    row.dibuat_at = now() - timedelta(days=2)
    commit()
    return row


def swept() -> None:
    documents.sweep_contents.run(jobs.Job(id=uuid.uuid4()))


def test_a_purge_that_is_rolled_back_loses_nothing(serentak: Flask) -> None:
    with serentak.app_context():
        row = stale(pdf(1))
        assert purge() == 1
        rollback()
        commit()
        assert db.session.scalars(sa.select(Document.id)).all() == [row.id]
        assert storage.get(row.kunci) == pdf(1)


def test_what_a_purge_left_in_the_store_is_swept_and_what_rows_use_stays(serentak: Flask) -> None:
    with serentak.app_context():
        left, used = stale(pdf(1)), receive(UserFactory.create(), pdf(2))
        documents.claim(used)
        assert preview(left, 1)
        assert preview(used, 1)
        commit()
        assert purge() == 1
        with pytest.MonkeyPatch.context() as then:
            then.setattr(documents, "remove_unused", lambda contents: 1 / 0)  # the process ends after the commit
            commit()
        assert db.session.scalars(sa.select(Document.id)).all() == [used.id]
        assert left.kunci in keys()
        swept()
        assert keys() == {used.kunci, documents.preview_key(used.sha256, 1)}
        swept()
        assert keys() == {used.kunci, documents.preview_key(used.sha256, 1)}


def test_the_sweep_takes_an_upload_that_was_rolled_back_and_leaves_one_under_way(serentak: Flask) -> None:
    with serentak.app_context():
        user = UserFactory.create()
        commit()
        key = receive(user, pdf(1)).kunci
        rollback()
        assert keys() == {key}
        with Other(serentak) as other:
            user_id = user.id
            given = other.run(lambda: documents.receive(io.BytesIO(pdf(2)), "baru.pdf", user_id, LIMIT).kunci)
            swept()
            assert keys() == {given}
            other.run(commit)
        swept()
        assert keys() == {given}


def test_content_that_another_row_uses_stays(owner: User, jam: Any) -> None:
    left, used = receive(owner), receive(UserFactory.create())
    documents.claim(used)
    commit()
    jam.shift(timedelta(days=2))
    assert purge() == 1
    commit()
    assert db.session.scalars(sa.select(Document.id)).all() == [used.id]
    assert keys() == {left.kunci}


def test_claiming_twice_keeps_the_first_moment(owner: User, jam: Any) -> None:
    row = receive(owner)
    documents.claim(row)
    first = row.diklaim_at
    jam.shift(60)
    documents.claim(row)
    assert row.diklaim_at == first == now() - timedelta(seconds=60)


def test_an_expiring_file_that_a_row_claims_stays(owner: User, jam: Any) -> None:
    """A report given as evidence: its row must not be deleted under the evidence."""
    row = receive(owner)
    row.kedaluwarsa_at = now() + timedelta(days=7)
    documents.claim(row)
    db.session.flush()
    jam.shift(8 * 86400)
    assert purge() == 0


def test_the_purge_never_takes_a_content_that_somebody_gives_again_at_that_moment(serentak: Flask) -> None:
    with serentak.app_context():
        user = UserFactory.create()
        old = receive(user)
        old.dibuat_at = now() - timedelta(days=2)
        commit()
        user_id, key = user.id, old.kunci
        with Other(serentak) as other:
            other.run(lambda: documents.claim(documents.receive(io.BytesIO(pdf()), "lagi.pdf", user_id, LIMIT)))
            assert purge() == 0
            commit()
            other.run(commit)
            assert purge() == 1
            commit()
        assert storage.get(key) == pdf()
        assert [row.nama for row in db.session.scalars(sa.select(Document))] == ["lagi.pdf"]


def test_who_gives_a_content_while_it_is_purged_waits_and_has_it_afterwards(serentak: Flask) -> None:
    with serentak.app_context():
        user = UserFactory.create()
        old = receive(user)
        old.dibuat_at = now() - timedelta(days=2)
        commit()
        user_id, key = user.id, old.kunci
        with Other(serentak) as other:
            assert purge() == 1
            giving = other.start(lambda: documents.receive(io.BytesIO(pdf()), "lagi.pdf", user_id, LIMIT).kunci)
            with pytest.raises(TimeoutError):
                giving.result(0.2)
            commit()
            assert giving.result(5) == key
            other.run(commit)
        assert storage.get(key) == pdf()


def test_the_purge_passes_a_row_that_is_being_claimed(serentak: Flask) -> None:
    with serentak.app_context():
        old = receive(UserFactory.create())
        old.dibuat_at = now() - timedelta(days=2)
        commit()
        key = old.id
        with Other(serentak) as other:
            other.run(lambda: documents.claim(db.session.get_one(Document, key, with_for_update=True)))
            assert purge() == 0
            commit()
            other.run(commit)
        assert purge() == 0


# ---- pages as pictures


def test_a_page_is_drawn_once_and_kept(owner: User) -> None:
    row = receive(owner, pdf(2))
    first = preview(row, 2)
    assert first is not None
    with Image.open(io.BytesIO(first)) as seen:
        assert (seen.format, seen.width) == ("PNG", 900)
    key = documents.preview_key(row.sha256, 2)
    assert storage.get(key) == first
    storage.put(key, b"yang disimpan", PNG)
    assert preview(row, 2) == b"yang disimpan"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_shown_smaller(owner: User, kind: str) -> None:
    shown = preview(receive(owner, picture(kind, (1800, 900))), 1)
    assert shown is not None
    with Image.open(io.BytesIO(shown)) as seen:
        assert seen.size == (900, 450)


@pytest.mark.parametrize("page", [-1, 0, 3])
def test_a_page_that_does_not_exist_has_no_picture(owner: User, page: int) -> None:
    assert preview(receive(owner, pdf(2)), page) is None


def test_what_cannot_be_drawn_has_no_picture(owner: User) -> None:
    assert preview(receive(owner, docx()), 1) is None
    lost = receive(owner)
    storage.delete(lost.kunci)
    assert preview(lost, 1) is None
    spoiled = receive(owner, pdf(3))
    storage.put(spoiled.kunci, b"bukan pdf lagi", PDF)
    assert preview(spoiled, 1) is None
    photo = receive(owner, picture())
    storage.put(photo.kunci, b"bukan gambar lagi", JPG)
    assert preview(photo, 1) is None


def test_an_endless_strip_is_drawn_in_bounds(owner: User) -> None:
    shown = preview(receive(owner, pdf(size=(100, 14_000))), 1)
    assert shown is not None
    with Image.open(io.BytesIO(shown)) as seen:
        assert seen.height <= 3600
    monster = documents.store(Checked("a.pdf", PDF, pdf(size=(100, 3_000_000)), 1), owner.id)
    shown = preview(monster, 1)
    assert shown is None or len(shown) < 100_000


# ---- who opens what, through the pages


@pytest.fixture
def policies(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], list[Any]]:
    visible: list[Any] = []
    opened: list[Any] = []
    monkeypatch.setattr(documents, "VISIBLE", visible)
    monkeypatch.setattr(documents, "OPENED", opened)
    return visible, opened


@pytest.fixture
def others_file(policies: Any) -> Callable[[User], Document]:
    def make(user: User) -> Document:
        row = receive(user, pdf(2), "bukti kinerja.pdf")
        commit()
        return row

    return make


def events() -> list[tuple[str, Any]]:
    query = sa.select(Aktivitas).where(Aktivitas.peristiwa.in_(["berkas.dibuka", "akses.tidak_terlihat"]))
    return [(line.peristiwa, line.data) for line in db.session.scalars(query.order_by(Aktivitas.urut))]


@pytest.mark.parametrize("path", ["", "/halaman/1.png", "/halaman/9.png"])
def test_another_persons_file_is_not_there_and_the_try_is_logged(
    others_file: Any, owner: User, masuk: Any, path: str
) -> None:
    row, curious = others_file(owner), UserFactory.create()
    answer = masuk(curious).get(f"/berkas/{row.id}{path}")
    assert answer.status_code == 404
    name, data = events()[-1]
    assert name == "akses.tidak_terlihat"
    assert data["jalur"] == f"/berkas/{row.id}{path}"
    assert data["kunci"]["id"] == str(row.id)
    line = db.session.scalars(sa.select(Aktivitas).order_by(Aktivitas.urut.desc())).first()
    assert line is not None
    assert line.pelaku_id == curious.id


def test_a_visitor_signs_in_first(others_file: Any, owner: User, client: Any) -> None:
    answer = client.get(f"/berkas/{others_file(owner).id}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/masuk?lanjut=%2Fberkas%2F")


def test_the_owner_is_sent_to_an_address_of_the_store_and_the_log_knows(
    others_file: Any, owner: User, masuk: Any
) -> None:
    row = others_file(owner)
    answer = masuk(owner).get(f"/berkas/{row.id}")
    assert answer.status_code == 303
    parts = urlsplit(answer.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}" == storage.config().s3_endpoint
    assert "X-Amz-Expires=60" in parts.query
    assert answer.headers["Cache-Control"] == "no-store"
    assert events() == [("berkas.dibuka", {"nama": "bukti kinerja.pdf", "cara": "unduh"})]


def test_a_file_whose_object_is_gone_is_told_in_words_and_nobody_has_opened_it(
    others_file: Any, owner: User, masuk: Any
) -> None:
    row = others_file(owner)
    storage.delete(row.kunci)
    answer = masuk(owner).get(f"/berkas/{row.id}")
    assert answer.status_code == 404
    assert "Isi berkas ini tidak ada lagi di penyimpanan." in answer.text
    assert "berkas.dibuka" not in dict(events())


def test_leafing_through_is_one_look_whichever_page_comes_first(
    jam: Any, others_file: Any, owner: User, masuk: Any, policies: Any
) -> None:
    told: list[Any] = []
    policies[1].append(lambda key, user: told.append((key, user.id)))
    row, client = others_file(owner), masuk(owner)
    for page in (2, 1, 2):
        answer = client.get(f"/berkas/{row.id}/halaman/{page}.png")
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert events() == [("berkas.dibuka", {"nama": "bukti kinerja.pdf", "cara": "pratinjau"})]
    assert told[0] == (row.id, owner.id)


def test_a_policy_of_a_module_opens_a_file_for_more_people(
    others_file: Any, owner: User, masuk: Any, policies: Any
) -> None:
    row, reader, stranger = others_file(owner), UserFactory.create(), UserFactory.create()
    told: list[uuid.UUID] = []
    policies[0].append(lambda user: sa.select(Document.id).where(sa.literal(user.id == reader.id)))
    policies[1].append(lambda key, user: told.append(user.id))
    assert masuk(reader).get(f"/berkas/{row.id}").status_code == 303
    assert masuk(stranger).get(f"/berkas/{row.id}").status_code == 404
    assert told == [reader.id]


def test_an_expired_file_is_gone_for_its_owner_too(jam: Any, others_file: Any, owner: User, masuk: Any) -> None:
    row = others_file(owner)
    row.kedaluwarsa_at = now() + timedelta(minutes=1)
    client = masuk(owner)
    assert client.get(f"/berkas/{row.id}").status_code == 303
    jam.shift(60)
    assert client.get(f"/berkas/{row.id}").status_code == 404


@pytest.fixture
def office_paper(owner: User) -> Document:
    return receive(owner, docx(), "surat.docx")


def test_a_kind_without_pictures_says_to_download_it(office_paper: Document, owner: User, masuk: Any) -> None:
    answer = masuk(owner).get(f"/berkas/{office_paper.id}/halaman/1.png")
    assert answer.status_code == 404
    assert "Unduh berkasnya" in answer.get_data(as_text=True)


def test_only_a_watched_person_tells_which_rights_were_used() -> None:
    unit = uuid.uuid4()
    plain = Principal(id=uuid.uuid4(), nama="A", pengguna="a", scopes={"satu": None, "dua": [unit], "tiga": None})
    with pytest.raises(TypeError):
        documents.rights_used(plain)
    seen = documents.watched(plain)
    assert documents.rights_used(seen) == {}
    assert (seen.has("satu"), seen.units("dua"), seen.has("empat"), seen.scopes["dua"]) == (True, [unit], False, [unit])
    assert documents.rights_used(seen) == {"dua": [str(unit)], "satu": None}


HEIC = (Path(__file__).parents[1] / "data" / "foto.heic").read_bytes()


def test_a_heic_photo_becomes_a_jpeg_without_its_place() -> None:
    found = check(HEIC, "IMG_0001.HEIC", LIMIT)
    assert (found.mime, found.nama) == (JPG, "IMG_0001.jpg")
    with Image.open(io.BytesIO(found.body)) as shown:
        assert shown.size == (480, 320)
        assert not shown.getexif()
        red = shown.getpixel((120, 100))
        assert isinstance(red, tuple)
        assert red[0] > 150 > red[1]


@pytest.mark.parametrize("length", [16, 200, 900, 1700])
def test_a_heic_photo_that_is_cut_off_is_refused_in_words(length: int) -> None:
    with pytest.raises(Invalid, match="rusak"):
        check(HEIC[:length], "foto.heic", LIMIT)


def test_a_photo_of_48_megapixels_is_made_smaller() -> None:
    found = check(picture(size=(8000, 6000)), "besar.jpg", LIMIT)
    with Image.open(io.BytesIO(found.body)) as shown:
        assert max(shown.size) == documents.LONG_SIDE
