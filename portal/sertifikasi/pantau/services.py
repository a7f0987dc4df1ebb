"""Leave for an outside person: proposed by the sekretariat, approved by the manajer, ended by either."""

import io
from datetime import date, timedelta

import sqlalchemy as sa
from PIL import Image, ImageDraw

from portal.kernel import activity, calendar, notices, people
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import in_force, today
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.kernel.storage import redis
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.repositori.models import LONGEST_DAYS, AksesPihakKetiga
from portal.sertifikasi.skema.models import Skema

PURPOSE_MIN = 10
PAGES_AN_HOUR, HOUR = 300, 3600
activity.declare(
    **{
        "akses.diusulkan": "kepada selesai skema",
        "akses.disetujui": "kepada selesai",
        "akses.dicabut": "kepada",
        "pantau.dibaca": "halaman",
        "pantau.bukti_dibaca": "halaman berkas",
    }
)


def not_in_bulk(user: Principal) -> None:
    """A person leafs through evidence, a program fetches all of it. Raises Denied beyond PAGES_AN_HOUR."""
    pipe = redis().pipeline()
    pipe.incr(f"pantau:{user.id.hex}")
    pipe.expire(f"pantau:{user.id.hex}", HOUR, nx=True)
    pages, _ = pipe.execute()
    if int(pages) > PAGES_AN_HOUR:
        raise Denied(f"Paling banyak {PAGES_AN_HOUR} halaman bukti dalam satu jam. Lanjutkan satu jam lagi.")


def outsiders() -> list[User]:
    """Accounts that hold the role of an outside person today, by name."""
    held = sa.select(PenugasanPeran.user_id).where(
        PenugasanPeran.peran == "pihak_ketiga", in_force(PenugasanPeran, today())
    )
    return list(db.session.scalars(sa.select(User).where(User.id.in_(held), User.aktif).order_by(User.nama)))


def propose(
    user: Principal,
    kepada: str,
    tujuan: str,
    skema: list[str],
    data: tuple[date | None, date | None],
    masa: tuple[date | None, date | None],
) -> AksesPihakKetiga:
    """Raises Invalid naming the field."""
    person = next((u for u in outsiders() if str(u.id) == kepada), None)
    if person is None:
        raise Invalid("kepada", "Pilih orang yang memegang peran pihak ketiga")
    if len(tujuan.strip()) < PURPOSE_MIN:
        raise Invalid("tujuan", "Tulis tujuan pengawasan, sedikitnya 10 huruf")
    dari, sampai = data
    if dari is None or sampai is None or sampai < dari:
        raise Invalid("data_dari", "Isi rentang tanggal permohonan yang boleh dilihat")
    mulai, selesai = masa
    if mulai is None or selesai is None or selesai < mulai:
        raise Invalid("mulai", "Isi masa akses")
    if selesai - mulai > timedelta(days=LONGEST_DAYS):
        raise Invalid("selesai", f"Akses paling lama {LONGEST_DAYS} hari")
    known = {str(key) for key in db.session.scalars(sa.select(Skema.id))}
    if not known.issuperset(skema):  # an empty list means all of them
        raise Invalid("skema", "Ada skema yang tidak dikenal; pilih dari daftar")
    row = AksesPihakKetiga(
        user_id=person.id,
        tujuan=tujuan.strip(),
        skema=skema,
        data_dari=dari,
        data_sampai=sampai,
        mulai=mulai,
        selesai=selesai,
        diusulkan_oleh_id=user.id,
    )
    db.session.add(row)
    db.session.flush()
    activity.log("akses.diusulkan", row, by=user, kepada=person.nama, selesai=selesai, skema=row.skema)
    for boss in pemegang("manajer_sertifikasi"):
        notices.notify(
            boss, "Usul akses pihak ketiga", f"{person.nama}, sampai {calendar.tanggal(selesai)}", "/sertifikasi/akses"
        )
    return row


def approve(row: AksesPihakKetiga, user: Principal) -> None:
    """Raises Denied for who proposed it or is meant, Conflict when it is over."""
    if user.id in (row.diusulkan_oleh_id, row.user_id):
        raise Denied("Akses disetujui oleh orang lain, bukan pengusulnya.")
    if row.disetujui_at or row.dicabut_at or row.selesai < today():
        raise Conflict("Usul ini sudah diputuskan atau masanya sudah lewat.")
    row.disetujui_oleh_id, row.disetujui_at = user.id, now()
    person = db.session.get_one(User, row.user_id)
    activity.log("akses.disetujui", row, by=user, kepada=person.nama, selesai=row.selesai)
    notices.notify(
        row.user_id, "Akses pemantauan Anda dibuka", f"Sampai {calendar.tanggal(row.selesai)}", "/sertifikasi/pantau"
    )
    people.touch(row.user_id)


def revoke(row: AksesPihakKetiga, user: Principal) -> None:
    """At once. Raises Conflict when it has ended."""
    if row.dicabut_at:
        raise Conflict("Akses ini sudah dicabut.")
    row.dicabut_at = now()
    activity.log("akses.dicabut", row, by=user, kepada=db.session.get_one(User, row.user_id).nama)
    people.touch(row.user_id)


def watermarked(picture: bytes, words: str) -> bytes:
    """The page with the reader's name and the time across it, again and again."""
    with Image.open(io.BytesIO(picture)) as opened:
        page = opened.convert("RGBA")
    layer = Image.new("RGBA", page.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for row, y in enumerate(range(20, page.size[1], 110)):
        for x in range(-60 * (row % 2), page.size[0], 360):
            draw.text((x, y), words, fill=(120, 0, 0, 120))
    out = io.BytesIO()
    Image.alpha_composite(page, layer.rotate(12)).convert("RGB").save(out, "PNG")
    return out.getvalue()
