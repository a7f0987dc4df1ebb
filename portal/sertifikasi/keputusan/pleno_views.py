"""Pages of the meeting: list, new one, its table with attendance, votes and decisions; preparing SK from it."""

import uuid
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Missing
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import KOMITE, PLENO, PUTUSAN, SIAPKAN, module
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import daftar, jawab, pengaturan, pleno, policies, sk
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan.jawab import Galat, attempt
from portal.sertifikasi.saya import models as m

HOME = "/sertifikasi/pleno"
module.menu.append(MenuItem("Pleno", "users-group", HOME, can=PUTUSAN, group="Keputusan LSP", order=64))


@module.route("/pleno", can=PUTUSAN)
def kep_pleno_list() -> Response:
    new = people.required().has(SIAPKAN)
    return daftar.PLENO.respond(
        "sertifikasi/keputusan_daftar.html",
        judul="Pleno komite teknis",
        tombol=("Pleno baru", f"{HOME}/baru") if new else None,
        keterangan="Rapat yang memutuskan hasil sertifikasi dari rekomendasi asesor.",
    )


@module.route("/pleno/baru", can=SIAPKAN)
def kep_pleno_baru() -> Response:
    return _new({})


def _new(galat: Galat, status: int = 200) -> Response:
    return render(
        "sertifikasi/keputusan_pleno_baru.html",
        status=status,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        calon=pleno.eligible(),
        kuorum=pengaturan.kuorum(),
        hari_ini=hari_ini(),
    )


@module.route("/pleno/baru", can=SIAPKAN, methods=["POST"])
def kep_pleno_buat() -> Response:
    def act() -> Response:
        day = jawab.day("tanggal")
        if day is None:
            return _new({"tanggal": "Isi tanggal pleno, misalnya 21-11-2026"}, 422)
        row = pleno.create(people.required(), day, jawab.text("tempat"), jawab.ids("anggota"), jawab.one_id("ketua"))
        return done(
            f"{HOME}/{row.id}", f"Pleno {row.nomor} dibuat. Tambahkan permohonan yang akan diputuskan.", "positive"
        )

    return attempt(act, _new)


def _pleno(id: uuid.UUID) -> k.Pleno:
    row: k.Pleno = fetch(policies.visible_pleno(people.required()), id)
    return row


@module.route("/pleno/<uuid:id>", can=PUTUSAN)
def kep_pleno(id: uuid.UUID) -> Response:
    return _page(id, {})


def _page(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    user, row = people.required(), _pleno(id)
    members = pleno.members_of(row.id)
    seat = next((seat for seat, person in members if person.id == user.id), None)
    only = set(db.session.scalars(policies.own_batch(user))) if policies.own_rows_only(user) else None
    rows = [
        _line(row, found, members, user.id)
        for found in pleno.rows_of(row.id)
        if only is None or found.Permohonan.id in only
    ]
    chair = seat is not None and seat.sebagai == pleno.KETUA
    waiting = pleno.candidates(user) if row.status != k.DITUTUP and user.has(SIAPKAN) else []
    return render(
        "sertifikasi/keputusan_pleno.html",
        status=status,
        pleno=row,
        anggota=members,
        kursi=seat,
        pimpinan=chair,
        baris=rows,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        status_pleno=daftar.PLENO_STATES,
        sebagian=only is not None,
        bukti=user.has(KOMITE) and seat is not None,
        tertutup=[line["sebab"] for line in rows if line["menepi"] and not line["d"].hasil],
        dapat_memilih=any(not line["d"].hasil and not line["menepi"] for line in rows),
        penyiap=user.has(SIAPKAN),
        terbuka=row.status != k.DITUTUP,
        putusan=[(v, pleno.WORDS[v]) for v in pleno.VOTES],
        sisa=sum(1 for line in rows if not line["d"].hasil),
        tanpa_sk=sk.without_sk(row.id) if row.status == k.DITUTUP else {},
        calon=waiting,
        ditunda=pleno.postponed([*(line["kasus"].id for line in rows), *(c.Permohonan.id for c in waiting)]),
        hari_ini=hari_ini(),
        kunci=uuid.uuid4(),
    )


def _line(row: k.Pleno, found: Any, members: list[Any], user_id: uuid.UUID) -> dict[str, Any]:
    d = found.Keputusan
    units = list(pleno.unit_results(found.Permohonan).values())
    return {
        "d": d,
        "kasus": found.Permohonan,
        "skema": found.SkemaVersi,
        "asesor": found.asesor,
        "rekomendasi": found.rekomendasi,
        "hitung": pleno.count(row, d, members),
        "menepi": str(user_id) in d.rekusal,
        "sebab": d.rekusal.get(str(user_id), ""),
        "suara": d.suara.get(str(user_id), ""),
        "unit_k": units.count(m.K),
        "unit": len(units),
        "ak02": formulir.terakhir(found.Permohonan.id, formulir.AK02),
    }


@module.route("/pleno/<uuid:id>/permohonan", can=SIAPKAN, methods=["POST"])
def kep_pleno_tambah(id: uuid.UUID) -> Response:
    def act() -> Response:
        added = pleno.add(pleno.lock(_pleno(id).id), people.required(), jawab.ids("kasus"))
        return done(f"{HOME}/{id}", f"{added} permohonan dibawa ke pleno ini.", "positive")

    return attempt(act, lambda galat, status: _page(id, galat, status))


@module.route("/pleno/<uuid:id>/kehadiran", can=PLENO, methods=["POST"])
def kep_pleno_hadir(id: uuid.UUID) -> Response:
    """By the chair of the meeting."""

    def act() -> Response:
        row, user = pleno.lock(_pleno(id).id), people.required()
        chairs = {person.id for seat, person in pleno.members_of(row.id) if seat.sebagai == pleno.KETUA}
        if user.id not in chairs:
            raise Missing("Kehadiran dicatat oleh pimpinan rapat.")
        pleno.attend(row, user, set(jawab.ids("hadir")), jawab.text("undangan").splitlines())
        return done(
            f"{HOME}/{id}", "Kehadiran tersimpan. Anggota yang hadir dapat memberi suara dari akunnya.", "positive"
        )

    return attempt(act, lambda galat, status: _page(id, galat, status))


@module.route("/pleno/<uuid:id>/suara", can=PLENO, methods=["POST"])
def kep_pleno_suara(id: uuid.UUID) -> Response:
    def act() -> Response:
        votes = {uuid.UUID(name[6:]): said for name, said in request.form.items() if _is_vote(name)}
        given = pleno.vote(pleno.lock(_pleno(id).id, k.BERLANGSUNG), people.required(), votes)
        return done(f"{HOME}/{id}", f"{given} suara Anda tersimpan.", "positive")

    return attempt(act, lambda galat, status: _page(id, galat, status))


def _is_vote(name: str) -> bool:
    try:
        return name.startswith("suara-") and bool(uuid.UUID(name[6:]))
    except ValueError:
        return False


@module.route("/pleno/<uuid:id>/putuskan/<uuid:baris>", can=PLENO, methods=["POST"])
def kep_pleno_putuskan(id: uuid.UUID, baris: uuid.UUID) -> Response:
    def act() -> Response:
        row, user = pleno.lock(_pleno(id).id, k.BERLANGSUNG), people.required()
        decision = _decision(row, baris)
        hasil = pleno.decide(row, decision, user, jawab.text("alasan"), jawab.one_id("kunci"))
        return done(f"{HOME}/{id}#baris-{baris}", f"Diputuskan: {pleno.WORDS[hasil].lower()}.", "positive")

    return attempt(
        act, lambda galat, status: _page(id, {f"alasan-{baris}" if f else "": t for f, t in galat.items()}, status)
    )


def _decision(row: k.Pleno, key: uuid.UUID) -> k.Keputusan:
    found = db.session.get(k.Keputusan, key)
    if found is None or found.pleno_id != row.id:
        raise Missing()
    return found


@module.route("/pleno/<uuid:id>/putuskan", can=PLENO, methods=["POST"])
def kep_pleno_putuskan_semua(id: uuid.UUID) -> Response:
    """Every row whose votes say K without anything in the way; the others want a reason and are decided singly."""

    def act() -> Response:
        row, user = pleno.lock(_pleno(id).id, k.BERLANGSUNG), people.required()
        members, done_ = pleno.members_of(row.id), 0
        for decision in pleno.open_rows(row.id):
            state = pleno.count(row, decision, members)
            if state.hasil == m.K and user.id in state.pencatat:
                pleno.decide(row, decision, user, "")
                done_ += 1
        return done(f"{HOME}/{id}", f"{done_} baris diputuskan kompeten.", "positive")

    return attempt(act, lambda galat, status: _page(id, galat, status))


@module.route("/pleno/<uuid:id>/tutup", can=PLENO, methods=["POST"])
def kep_pleno_tutup(id: uuid.UUID) -> Response:
    def act() -> Response:
        row = pleno.lock(_pleno(id).id, k.BERLANGSUNG)
        pleno.close(row, people.required(), jawab.text("catatan"), request.form.get("sandi", ""))
        return done(f"{HOME}/{id}", "Pleno ditutup. Berita acara sedang dibuat.", "positive")

    return attempt(act, lambda galat, status: _page(id, galat, status))


@module.route("/pleno/<uuid:id>/sk", can=SIAPKAN, methods=["POST"])
def kep_pleno_sk(id: uuid.UUID) -> Response:
    def act() -> Response:
        versi = jawab.one_id("skema")
        made = sk.prepare(
            _pleno(id), versi or uuid.uuid4(), jawab.text("nomor"), jawab.day("tanggal"), people.required()
        )
        return done(f"/sertifikasi/sk/{made.id}", f"SK {made.nomor} siap ditandatangani ketua LSP.", "positive")

    def page(galat: Galat, status: int) -> Response:
        return _page(id, {f"{f}-{request.form.get('skema', '')}" if f else "": t for f, t in galat.items()}, status)

    return attempt(act, page)
