"""The addresses other systems call, and the page where keys are given and taken back."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from portal.kepegawaian import KUNCI_API, module
from portal.kepegawaian.api import data, kunci, uraian
from portal.kepegawaian.api.models import KunciApi
from portal.kepegawaian.pegawai.nomor import bersih
from portal.kepegawaian.riwayat.antrean import baca_kunci
from portal.kernel import activity, numbers, organisation
from portal.kernel.access import fetch
from portal.kernel.db import db, new_id, now, rollback
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Unit, in_force
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, required
from portal.kernel.storage import config
from portal.kernel.web import PUBLIC, MenuItem, done, render

HOME = "/kepegawaian/kunci-api"
LONGEST = 20  # letters of a number of a pegawai, old ones included
module.menu.append(MenuItem("Kunci API", "key", HOME, can=KUNCI_API, group="Kepegawaian", order=95))
module.manuals[HOME] = "bkpsdm-kepegawaian#kunci-api-untuk-sistem-lain"
module.manuals["/kepegawaian/api"] = "bkpsdm-kepegawaian#kunci-api-untuk-sistem-lain"


class Salah(ValueError):
    """What a caller has to mend: HTTP status, code, sentence."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status, self.code, self.words = status, code, words


UNREADABLE = Salah(400, "PARAMETER", "Parameter memuat tanda yang tidak dapat dibaca.")


def answer(body: Any, status: int = 200) -> Response:
    """JSON that no cache keeps. Who keeps it for themselves is told by its tag whether it has changed."""
    response = Response(orjson.dumps(body), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    elif status == 429:
        response.headers["Retry-After"] = str(kunci.menunggu())
    elif status == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


def _read(view: Callable[..., tuple[dict[str, Any], int]]) -> Callable[..., Response]:
    """Know the key, count the call, answer, and write down who read how much of which day."""

    @wraps(view)
    def called(**arguments: Any) -> Response:
        try:
            key = _key()
            day = _day()
            try:
                body, rows = view(key, day, **arguments)
            except Salah:
                _note(key, day, 0)
                raise
            except sa.exc.DataError as error:
                rollback()
                raise UNREADABLE from error
        except Salah as error:
            return answer({"galat": error.code, "pesan": error.words}, error.status)
        key.dipakai_at = now()
        activity.log("kepegawaian.kunci_dipakai", key, nama=key.nama, jalur=request.path, tanggal=day, baris=rows)
        return answer(body)

    return called


def _note(key: KunciApi, day: date, rows: int) -> None:
    """Also what was asked in vain is on record: nobody goes through a list of NIP unseen."""
    activity.log_now("kepegawaian.kunci_dipakai", key, nama=key.nama, jalur=request.path, tanggal=day, baris=rows)


def _key() -> KunciApi:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    row = kunci.kenali(text.strip()) if scheme.lower() == "bearer" else None
    if row is None:
        raise Salah(401, "KUNCI", "Kunci tidak ada, salah, atau tidak berlaku lagi.")
    if kunci.terlalu_sering(row):
        raise Salah(
            429, "TERLALU_SERING", f"Lebih dari {kunci.PER_MINUTE} panggilan dalam satu menit. Tunggu sebentar."
        )
    return row


def _day() -> date:
    text = request.args.get("per_tanggal", "")
    if not text:
        return organisation.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Salah(400, "TANGGAL", "per_tanggal: tulis seperti 2026-11-21.") from None


@module.route("/api/v1/pegawai", can=PUBLIC, writes=True)
@_read
def api_pegawai_list(key: KunciApi, day: date) -> tuple[dict[str, Any], int]:
    limit = _limit()
    rows = data.people(key, day, request.args.get("opd", "")[:40], _after(), limit)
    following = rows[-1]["id"] if len(rows) == limit else None
    return {"per_tanggal": day, "data": rows, "berikutnya": following}, len(rows)


def _limit() -> int:
    found = numbers.whole(request.args.get("jumlah", str(data.PAGE)), 1, data.MOST)
    if found is None:
        raise Salah(400, "JUMLAH", f"jumlah: tulis 1 sampai {data.MOST}.")
    return found


def _after() -> uuid.UUID | None:
    text = request.args.get("setelah", "")
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise Salah(400, "SETELAH", "setelah: pakai nilai berikutnya dari halaman sebelumnya.") from None


@module.route("/api/v1/pegawai/<string:nip>", can=PUBLIC, writes=True)
@_read
def api_pegawai(key: KunciApi, day: date, nip: str) -> tuple[dict[str, Any], int]:
    number = bersih(nip)
    found = data.person(key, number, day) if 0 < len(number) <= LONGEST else []
    if not found:
        raise Salah(404, "TIDAK_ADA", "Tidak ada pegawai dengan NIP itu pada tanggal itu.")
    if len(found) > 1:
        raise Salah(409, "GANDA", "Nomor lama itu tercatat pada lebih dari satu pegawai. Pakai NIP yang sekarang.")
    return found[0] | {data.DIMINTA: number}, 1


@module.route("/api/v1/unit", can=PUBLIC, writes=True)
@_read
def api_unit_list(key: KunciApi, day: date) -> tuple[dict[str, Any], int]:
    rows = data.units(key, day)
    return {"per_tanggal": day, "data": rows, "berikutnya": None}, len(rows)


@module.route("/api/v1/openapi.json", can=PUBLIC)
def api_uraian() -> Response:
    return answer(uraian.document(config().alamat))


# ---- keys


def visible_keys(user: Principal) -> sa.Select[tuple[KunciApi]]:
    return sa.select(KunciApi).where(sa.true() if user.has(KUNCI_API) else sa.false())


@module.route("/kunci-api", can=KUNCI_API)
def kunci_api_list() -> BaseResponse:
    return _page(Isian())


def _page(isian: Isian, status: int = 200, text: str = "") -> BaseResponse:
    user, today = required(), organisation.today()
    keys = db.session.execute(
        visible_keys(user).outerjoin(Unit, Unit.id == KunciApi.pd_id).add_columns(Unit.nama)
        .order_by(KunciApi.dicabut_at.is_not(None), KunciApi.selesai.desc()).limit(200)
    ).all()  # fmt: skip
    opd = sa.select(Unit.id, Unit.nama).where(Unit.pd_id == Unit.id, in_force(Unit, today), ~Unit.disembunyikan)
    return render(
        "kepegawaian/kunci_api.html", status=status, kunci=keys, isian=isian, kunci_baru=text, bidang=kunci.BIDANG,
        opd=[(str(row.id), row.nama) for row in db.session.execute(opd.order_by(Unit.kode))], hari_ini=today,
        terpanjang=today + timedelta(days=365), dipilih=request.form.getlist("bidang"), kunci_isian=new_id(),
    )  # fmt: skip


@module.route("/kunci-api", can=KUNCI_API, methods=["POST"])
def kunci_api_beri() -> BaseResponse:
    isian, user = Isian(request.form), required()
    nama = isian.teks("nama", "Nama sistem", 3, 120)
    person = isian.teks("penanggung_jawab", "Penanggung jawab", 3, 120)
    why = isian.teks("dasar", "Dasar", 3, 200)
    until = isian.tanggal("selesai", "Berlaku sampai")
    units = {str(key) for key in db.session.scalars(sa.select(Unit.id).where(Unit.pd_id == Unit.id))}
    where = isian["pd"] if isian["pd"] in units else ""
    if isian.galat or until is None:
        return _page(isian, 422)
    try:
        _, text = kunci.beri(nama, person, why, request.form.getlist("bidang"), uuid.UUID(where) if where else None,
                             until, user, baca_kunci(isian["kunci"]))  # fmt: skip
    except Invalid as error:
        rollback()
        isian.galat[error.field] = error.pesan
        return _page(isian, 422)
    return _page(Isian(), text=text)


@module.route("/kunci-api/<uuid:id>/cabut", can=KUNCI_API, methods=["POST"])
def kunci_api_cabut(id: uuid.UUID) -> BaseResponse:
    row = fetch(visible_keys(required()), id, lock=True)
    kunci.cabut(row, required())
    return done(HOME, f"Kunci {row.nama} dicabut. Sistem itu tidak dapat membaca lagi.", "positive")
