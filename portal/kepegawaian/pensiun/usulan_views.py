"""Pages of requests: list, form, one request with its checklist and moves, papers, death."""

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from portal.kepegawaian import LIHAT, PENSIUN_KELOLA, PENSIUN_PERIKSA, PENSIUN_VERIFIKASI, module, pencari
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.pensiun import (
    alur,
    atasan,
    bahan,
    forms,
    hak,
    naskah,
    persetujuan,
    policies,
    services,
    sk,
    syarat,
)
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.daftar import DAFTAR
from portal.kepegawaian.pensiun.jenis import BKN, JENIS, JenisUsulan
from portal.kepegawaian.pensiun.views import AWAL, pdf
from portal.kernel import activity, approval, organisation
from portal.kernel.access import fetch, in_scope
from portal.kernel.calendar import tanggal
from portal.kernel.db import db, new_id, rollback
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal, required
from portal.kernel.web import SIGNED_IN, done, render

USULAN = f"{AWAL}/usulan"
MEDAN_PENCARI = {"pegawai": "pegawai"}
activity.declare(**{"kepegawaian.naskah_pensiun": "naskah", "kepegawaian.pensiun_dilihat": "status"})


@module.route("/pensiun/usulan", can=SIGNED_IN)
def pensiun_usulan_list() -> Response:
    user = required()
    return DAFTAR.respond("kepegawaian/pensiun_usulan_list.html", mengelola=user.has(PENSIUN_KELOLA))


# ---- the form


def _asked(user: Principal, text: str) -> Pegawai | None:
    """The pegawai a form names; None for none, nonsense, or somebody one may not ask for."""
    key = forms.kunci(text)
    if key is None:
        return None
    return db.session.scalars(policies.applicable(user).where(Pegawai.id == key)).first()


def _asks_for_others(user: Principal) -> bool:
    return user.has(PENSIUN_PERIKSA) or user.has(PENSIUN_KELOLA)


@module.route("/pensiun/usulan/baru", can=SIGNED_IN)
def pensiun_usulan_baru() -> Response:
    user = required()
    others = _asks_for_others(user)
    pegawai = _asked(user, request.args.get("pegawai", "") or ("" if others else str(user.pegawai_id or "")))
    if not others and pegawai is None:
        raise Denied("Akun ini tidak terhubung dengan data pegawai.")
    lacking = _unchosen(user, pegawai) if request.args.get("aksi") == "lanjut" else []
    return _form(user, pegawai, request.args, lacking, 422 if lacking else 200)


def _unchosen(user: Principal, pegawai: Pegawai | None) -> list[Problem]:
    """What the first half of the form still asks for."""
    kinds = [one.kode for one in policies.kinds_for(user, pegawai)]
    who = [] if pegawai else [Problem("pegawai", "Pilih pegawai")]
    return who if request.args.get("jenis") in kinds else [*who, Problem("jenis", "Pilih jenis usulan")]


def _form(
    user: Principal, pegawai: Pegawai | None, typed: Any, salah: list[Problem] | None = None, status: int = 200,
    row: m.UsulanPensiun | None = None, beda: list[tuple[str, str, str]] | None = None,
    terbuka: m.UsulanPensiun | None = None,
) -> Response:  # fmt: skip
    kinds = [JENIS[row.jenis]] if row else policies.kinds_for(user, pegawai)
    kind = next((one for one in kinds if one.kode == typed.get("jenis", "")), None)
    return render(
        "kepegawaian/pensiun_form.html", status=status, pegawai=pegawai, ketik=typed, salah=salah or [],
        galat={one.field: one.pesan for one in reversed(salah or [])}, jenis=kind, usulan=row, beda=beda,
        terbuka=(JENIS[terbuka.jenis].judul, alur.alamat(terbuka)) if terbuka else None,
        pilihan=[(one.kode, one.judul) for one in kinds], hubungan=list(forms.HUBUNGAN.items()),
        orang_lain=_asks_for_others(user) and row is None, nip=nip_words(pegawai.nip) if pegawai else "",
        kunci=typed.get("kunci") or new_id(),
        temuan=pencari.hasil(typed, MEDAN_PENCARI, organisation.today()) if user.has(PENSIUN_PERIKSA)
        or user.has(PENSIUN_KELOLA) else {},
    )  # fmt: skip


def _checked(
    pegawai: Pegawai | None, kind: JenisUsulan | None, berjalan: bool = False
) -> tuple[forms.Isian, hak.Hasil | None]:  # fmt: skip
    """What was typed, and what the rules say to it; `berjalan` for a request that is there already."""
    today = organisation.today()
    found = forms.usulan(request.form, kind, today)
    if pegawai is None:
        found.salah.insert(0, Problem("pegawai", "Pilih pegawai"))
        return found, None
    if kind is None or found.salah:
        return found, None
    right = hak.periksa(pegawai, kind, found.nilai, today, berjalan=berjalan)
    found.salah += right.galat
    found.nilai["tmt"] = right.tmt
    return found, right


@module.route("/pensiun/usulan/baru", can=SIGNED_IN, methods=["POST"])
def pensiun_usulan_simpan() -> Response:
    user, form = required(), request.form
    others = _asks_for_others(user)
    pegawai = _asked(user, form.get("pegawai", "") or ("" if others else str(user.pegawai_id or "")))
    kind = next((one for one in policies.kinds_for(user, pegawai) if one.kode == form.get("jenis")), None)
    found, right = _checked(pegawai, kind)
    if found.salah or pegawai is None or kind is None:
        return _form(user, pegawai, form, found.salah, 422)
    try:
        row = services.buka(pegawai, kind, found.nilai, user, forms.kunci(form.get("kunci", "")))
    except Invalid as error:
        rollback()
        return _form(user, pegawai, form, [Problem(error.field, error.pesan)], 422,
                     terbuka=services.terbuka(pegawai, kind, user))  # fmt: skip
    words = " ".join(["Draf usulan tersimpan.", *(right.peringatan if right else [])])
    return done(alur.alamat(row), words)


@module.route("/pensiun/usulan/<uuid:id>/ubah", can=SIGNED_IN)
def pensiun_usulan_isian(id: uuid.UUID) -> Response:
    user = required()
    row = _seen(user, id)
    if not services.menulis(row, user) or row.status not in services.UBAHAN:
        raise Denied("Usulan ini tidak dapat Anda ubah pada tahap ini.")
    return _form(user, db.session.get_one(Pegawai, row.pegawai_id), forms.ketikan(row), row=row)


@module.route("/pensiun/usulan/<uuid:id>/ubah", can=SIGNED_IN, methods=["POST"])
def pensiun_usulan_ubah(id: uuid.UUID) -> Response:
    user, form = required(), request.form
    row = _seen(user, id)
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    versi = int(form["versi"]) if form.get("versi", "").isdecimal() and len(form["versi"]) < 9 else -1
    if versi != row.versi and row.status in services.UBAHAN and services.menulis(row, user):
        return _form(user, pegawai, {**form.to_dict(), "jenis": row.jenis}, status=409, row=row,
                     beda=forms.beda(row, form))  # fmt: skip
    found, right = _checked(pegawai, JENIS[row.jenis], berjalan=True)
    if found.salah:
        return _form(user, pegawai, {**form.to_dict(), "jenis": row.jenis}, found.salah, 422, row)
    services.ubah(row, found.nilai, versi, user)
    return done(alur.alamat(row), " ".join(["Usulan tersimpan.", *(right.peringatan if right else [])]))


# ---- one request


@module.route("/pensiun/usulan/<uuid:id>", can=SIGNED_IN, writes=True)
def pensiun_usulan(id: uuid.UUID) -> Response:
    user = required()
    row = _seen(user, id)
    if row.pegawai_id != user.pegawai_id:
        activity.log("kepegawaian.pensiun_dilihat", row, by=user, status=row.status)
    return _page(row, user)


def _seen(user: Principal, id: uuid.UUID) -> m.UsulanPensiun:
    """A request this person sees, with its case and pegawai. Raises Missing."""
    one = m.UsulanPensiun
    rows = policies.visible_usulan(user).options(joinedload(one.submission), joinedload(one.pegawai))
    row: m.UsulanPensiun = fetch(rows, id)
    return row


def _page(
    row: m.UsulanPensiun, user: Principal, galat: dict[str, str] | None = None, status: int = 200
) -> Response:  # fmt: skip
    today, known, kind = organisation.today(), bahan.baca(row, user), JENIS[row.jenis]
    pegawai, events = row.pegawai, approval.history(row.submission_id)
    moves = services.moves_for(row, user, known)
    names = {step.name for step in moves}
    right = services.hasil_hak(row, known.fakta) if row.status not in m.TERTUTUP else None
    papers = syarat.lembar(row, bool(hak.menghalangi(known.fakta.entri, today)))
    return render(
        "kepegawaian/pensiun_usulan.html", status=status, usulan=row, pegawai=pegawai, nip=nip_words(pegawai.nip),
        jenis=kind, lembar=papers, unggah=services.boleh_unggah(row, user, known.izin),
        menilai=services.boleh_menilai(row, user, known.izin),
        langkah=[s for s in moves if s.name not in ("sk", "pertek")],
        catat_sk="sk" in names, catat_pertek="pertek" in names, galat=galat or {}, ketik=request.form,
        kunci=request.form.get("kunci") or new_id(), status_tampil=alur.STATUS,
        urutan=_way(row, kind, events, known.perlu), kejadian=events, hak=right, fakta=_facts(row, known.fakta, right),
        kepala=_head(row, known), lihat=user.has(LIHAT) or row.pegawai_id == user.pegawai_id,
        bawahan=atasan.bawahan(row.pegawai_id, today) if row.status not in m.TERTUTUP else [],
        bkn=[(one, f"{one}. {words}") for one, words in sorted(BKN.items())],
        mengelola=PENSIUN_KELOLA in known.izin and row.pegawai_id != user.pegawai_id,
        mpp=known.mpp, medis=known.medis, medis_kode=policies.MEDIS, naskah=set(naskah.NASKAH),
        ubah=row.status in services.UBAHAN and services.menulis(row, user, known.izin), warna=syarat.WARNA,
        hubungan=forms.HUBUNGAN, hari_ini=today, pejabat=sk.pejabat(known.fakta.keadaan),
    )  # fmt: skip


def _way(row: m.UsulanPensiun, kind: JenisUsulan, events: list[approval.SubmissionEvent], head: bool) -> list[str]:
    """States this request passes: BKN and the head of the OPD only where they decide."""
    left = set() if kind.pertek else {m.USUL_BKN, m.PERTEK}
    if not head and m.DISETUJUI not in (row.status, *(one.ke for one in events)):
        left.add(m.DISETUJUI)
    return [one for one in alur.URUTAN if one not in left]


def _head(row: m.UsulanPensiun, known: bahan.Bahan) -> str:
    """Whose approval the request waits for, as a sentence; empty when it does not."""
    if row.status != m.DIPERIKSA or not known.perlu:
        return ""
    found = known.pemutus
    if found is None:
        return "Jabatan kepala perangkat daerah kosong. Plt yang ditetapkan menyetujuinya; sampai itu BKPSDM dapat " \
               "menyetujui untuk perangkat daerah dengan catatan."  # fmt: skip
    if found.user_id is None:
        return f"{found.nama}, {found.sebutan}, belum punya akun. BKPSDM dapat menyetujui dengan catatan."
    return f"Menunggu persetujuan {found.nama}, {found.sebutan}."


def _facts(row: m.UsulanPensiun, fakta: hak.Fakta, right: hak.Hasil | None) -> list[tuple[str, str]]:
    kind, served = JENIS[row.jenis], fakta.masa_kerja(row.tmt) if row.tmt else None
    pairs = [
        ("TMT", tanggal(row.tmt) if row.tmt else ""),
        (kind.bertanggal, tanggal(row.tanggal_kejadian) if row.tanggal_kejadian else ""),
        ("Usia pada TMT", f"{right.usia} tahun" if right and right.usia is not None else ""),
        ("Masa kerja pada TMT", f"{served[0]} tahun {served[1]} bulan" if served else ""),
        ("Pertimbangan teknis", _numbered(row.pertek_nomor, row.pertek_tanggal)),
        ("SK", _numbered(row.sk_nomor, row.sk_tanggal)), ("Ditetapkan oleh", row.sk_pejabat),
        ("Status BKN", f"{BKN.get(row.bkn_status, '')} ({row.bkn_status})" if row.bkn_status else ""),
        *((forms.MEDAN[name], forms.HUBUNGAN.get(value, value)) for name, value in row.isi.items()
          if name in forms.MEDAN and name != "dinas"),
        ("Keterangan", row.keterangan),
    ]  # fmt: skip
    return [(label, value) for label, value in pairs if label and value]


def _numbered(nomor: str, hari: Any) -> str:
    return f"{nomor}, {tanggal(hari)}" if nomor and hari else nomor


def _act(id: uuid.UUID, act: Callable[[m.UsulanPensiun, Principal], str], anchor: str = "") -> Response:
    """Do something to a request one sees; a wrong field comes back on its page with what was typed."""
    user = required()
    row = _seen(user, id)
    try:
        words = act(row, user)
    except Invalid as error:
        rollback()
        return _page(_seen(user, id), user, {error.field or "berkas": error.pesan}, 422)
    return done(f"{alur.alamat(row)}{anchor}", words)


def _token() -> uuid.UUID | None:
    return forms.kunci(request.form.get("kunci", ""))


@module.route("/pensiun/usulan/<uuid:id>/berkas/<string:kode>", can=SIGNED_IN, methods=["POST"])
def pensiun_berkas(id: uuid.UUID, kode: str) -> Response:
    def act(row: m.UsulanPensiun, user: Principal) -> str:
        file = request.files.get("berkas")
        if file is None:
            raise Invalid(f"berkas-{kode}", "Pilih berkasnya dulu")
        one = services.unggah(row, kode, file.stream, file.filename or "", user)
        return f"{one.nama} terunggah."

    return _act(id, act, f"#b-{kode}")


@module.route("/pensiun/usulan/<uuid:id>/nilai/<string:kode>", can=SIGNED_IN, methods=["POST"])
def pensiun_nilai(id: uuid.UUID, kode: str) -> Response:
    def act(row: m.UsulanPensiun, user: Principal) -> str:
        wanted = request.form.get("aksi", "")
        services.nilai(row, kode, wanted, request.form.get("catatan", ""), user)
        return "Berkas dinyatakan sesuai." if wanted == m.SESUAI else "Berkas ditandai perlu diganti."

    return _act(id, act, f"#b-{kode}")


@module.route("/pensiun/usulan/<uuid:id>/semua-sesuai", can=SIGNED_IN, methods=["POST"])
def pensiun_semua_sesuai(id: uuid.UUID) -> Response:
    return _act(id, lambda row, user: f"{services.semua_sesuai(row, user)} berkas dinyatakan sesuai.", "#syarat")


@module.route("/pensiun/usulan/<uuid:id>/langkah", can=SIGNED_IN, methods=["POST"])
def pensiun_langkah(id: uuid.UUID) -> Response:
    def act(row: m.UsulanPensiun, user: Principal) -> str:
        name, form = request.form.get("aksi", ""), request.form
        if name not in {step.name for step in alur.FLOW.moves} or name in ("sk", "pertek"):
            raise Invalid("aksi", "Pilih langkah yang tersedia")
        versi = int(form["versi"]) if form.get("versi", "").isdecimal() and len(form["versi"]) < 9 else None
        note = form.get("catatan", "")
        if not note.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
            raise Invalid("catatan", "Catatan: hapus tanda yang tidak terbaca")
        services.langkah(row, name, user, note, _token(), versi)
        return f"Status usulan: {alur.STATUS.words(row.status)}."

    return _act(id, act)


def _values(found: forms.Isian) -> dict[str, Any]:
    """Raises Invalid with the first thing to repair."""
    if found.salah:
        raise Invalid(found.salah[0].field, found.salah[0].pesan)
    return found.nilai


@module.route("/pensiun/usulan/<uuid:id>/pertek", can=PENSIUN_KELOLA, methods=["POST"])
def pensiun_pertek(id: uuid.UUID) -> Response:
    def act(row: m.UsulanPensiun, user: Principal) -> str:
        sk.catat_pertek(row, _values(forms.pertek(request.form, organisation.today())), user, _token())
        return "Pertimbangan teknis tercatat."

    return _act(id, act)


@module.route("/pensiun/usulan/<uuid:id>/sk", can=PENSIUN_KELOLA, methods=["POST"])
def pensiun_sk(id: uuid.UUID) -> Response:
    def act(row: m.UsulanPensiun, user: Principal) -> str:
        values = _values(forms.sk(request.form, organisation.today()))
        file = request.files.get("sk_berkas")
        sk.tetapkan(row, values, (file.stream if file else request.stream, (file.filename or "") if file else ""),
                    user, _token())  # fmt: skip
        return f"SK tercatat. Status pegawai berubah pada {tanggal(values['tmt'])}, bukan sebelumnya."

    return _act(id, act)


@module.route("/pensiun/usulan/<uuid:id>/bkn", can=PENSIUN_KELOLA, methods=["POST"])
def pensiun_bkn(id: uuid.UUID) -> Response:
    def act(row: m.UsulanPensiun, user: Principal) -> str:
        text = request.form.get("bkn_status", "")
        found = forms.Isian()
        day = forms.baca_hari(request.form, "bkn_pada", "Tanggal status BKN", found, wajib=True)
        _values(found)
        if day is None:
            raise Invalid("bkn_pada", "Tanggal status BKN: isi tanggalnya")
        services.catat_bkn(row, int(text) if text.isdecimal() and len(text) < 4 else 0, day, user)
        return "Status BKN tercatat."

    return _act(id, act, "#bkn")


@module.route("/pensiun/usulan/<uuid:id>/mpp", can=PENSIUN_KELOLA, methods=["POST"])
def pensiun_mpp(id: uuid.UUID) -> Response:
    def act(row: m.UsulanPensiun, user: Principal) -> str:
        found = forms.Isian()
        day = forms.baca_hari(request.form, "mpp_mulai", "Mulai MPP", found, wajib=True)
        nomor = forms.baca_teks(request.form, "mpp_nomor", "Nomor SK MPP", found, forms.PENDEK, wajib=True)
        _values(found)
        if day is None:
            raise Invalid("mpp_mulai", "Mulai MPP: isi tanggalnya")
        sk.mulai_mpp(row, day, nomor, user)
        return "Masa persiapan pensiun tercatat."

    return _act(id, act)


@module.route("/pensiun/usulan/<uuid:id>/surat/<string:kode>", can=SIGNED_IN, writes=True)
def pensiun_naskah(id: uuid.UUID, kode: str) -> Response:
    """A paper the portal draws for this request; those of the head of the OPD are drawn for who looks after it."""
    user = required()
    row = _seen(user, id)
    if kode not in naskah.NASKAH:
        raise Conflict("Dokumen ini tidak dibuat oleh portal.", "Unggah berkasnya pada daftar persyaratan.")
    page = naskah.NASKAH[kode](naskah.baca(row))
    activity.log("kepegawaian.naskah_pensiun", row, by=user, naskah=kode)
    return pdf(page.build(), f"{kode.lower().replace('_', '-')}.pdf")


# ---- death


@module.route("/pensiun/meninggal", can=PENSIUN_KELOLA)
def pensiun_meninggal() -> Response:
    return _death(_asked(required(), request.args.get("pegawai", "")), {})


def _death(pegawai: Pegawai | None, galat: dict[str, str], status: int = 200) -> Response:
    today = organisation.today()
    return render(
        "kepegawaian/pensiun_meninggal.html", status=status, pegawai=pegawai, galat=galat, ketik=request.form,
        kata=pegawai.nama if pegawai else "", temuan=pencari.hasil(request.form, MEDAN_PENCARI, today),
        bawahan=atasan.bawahan(pegawai.id, today) if pegawai else [], hari_ini=today.isoformat(),
    )  # fmt: skip


@module.route("/pensiun/meninggal", can=PENSIUN_KELOLA, methods=["POST"])
def pensiun_meninggal_catat() -> Response:
    user, form = required(), request.form
    pegawai = _asked(user, form.get("pegawai", ""))
    if form.get("aksi", "").startswith("cari:"):
        return _death(pegawai, {})
    found = forms.Isian()
    day = forms.baca_hari(form, "hari", "Tanggal meninggal", found, wajib=True)
    note = forms.baca_teks(form, "keterangan", "Keterangan", found, forms.SEDANG)
    if pegawai is None:
        found.tolak("pegawai", "Pilih pegawai")
    if found.salah or pegawai is None or day is None:
        return _death(pegawai, {one.field: one.pesan for one in found.salah}, 422)
    try:
        row = sk.meninggal(pegawai, day, note, user)
    except Invalid as error:
        rollback()
        return _death(_asked(user, form.get("pegawai", "")), {error.field: error.pesan}, 422)
    return done(alur.alamat(row), "Tercatat. Usulan untuk ahli waris sudah dibuka sebagai draf.")


def waiting(user: Principal) -> Any:
    """Scalar subquery: requests that wait for a decision of this person, for the menu."""
    row = m.UsulanPensiun
    late = sa.and_(row.status == m.DIPERIKSA, sa.or_(~persetujuan.dipakai_sql(), row.jenis.in_(policies.RAHASIA)))
    steps = {PENSIUN_PERIKSA: row.status == m.DIAJUKAN, PENSIUN_VERIFIKASI: sa.or_(row.status == m.DISETUJUI, late)}
    parts = [sa.and_(here, in_scope(row, user, can)) for can, here in steps.items() if user.has(can)]
    if user.has("persetujuan.putus"):
        parts.append(persetujuan.menunggu(user))
    mine = sa.and_(m.UsulanPensiun.pegawai_id == user.pegawai_id, m.UsulanPensiun.status == m.DIKEMBALIKAN)
    some = sa.select(sa.literal(1)).select_from(m.UsulanPensiun).where(sa.or_(mine, *parts)).limit(100)
    return sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()


module.badges[USULAN] = waiting
