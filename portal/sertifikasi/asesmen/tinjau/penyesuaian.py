"""FR.AK.07: what an asesi needs to show their competence fairly. The asesor writes and signs, the asesi signs too."""

from dataclasses import dataclass, field

from portal.kernel import notices
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi.asesmen import formulir, kasus
from portal.sertifikasi.asesmen.formulir import ASESI, Penanda
from portal.sertifikasi.asesmen.tinjau.services import Tugas
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets.proses import HASIL_AK07, KEBUTUHAN_AK07, MAPA_PENDEKATAN

POTENSI = dict(MAPA_PENDEKATAN[0][2])
BEFORE = (m.SIAP_ASESMEN, m.AK01_DISETUJUI, m.TERJADWAL)


@dataclass(frozen=True)
class Isi:
    """`jawaban`: YA or TIDAK with what is done about it, one for each of KEBUTUHAN_AK07; `hasil` by HASIL_AK07."""

    potensi: str
    jawaban: list[tuple[str, str]]
    hasil: dict[str, str] = field(default_factory=dict)


def siapkan(tugas: Tugas, user: Principal, isi: Isi, sandi: str) -> m.FormIsian:
    """Sign before the asesi does; written again, the earlier one stays as it was. Raises Invalid, Conflict."""
    tugas.milik(user)
    kasus.kunci_alur(tugas.case, *BEFORE)
    if isi.potensi not in POTENSI:
        raise Invalid("potensi", "Pilih potensi asesi.")
    rows = []
    for urut, (teks, (answer, words)) in enumerate(zip(KEBUTUHAN_AK07, isi.jawaban, strict=True), 1):
        if answer not in ("YA", "TIDAK"):
            raise Invalid(f"j{urut}", f"Kebutuhan {urut}: pilih ya atau tidak.")
        if answer == "YA" and not words.strip():
            raise Invalid(f"k{urut}", f"Kebutuhan {urut}: tulis penyesuaian yang diberikan.")
        rows.append({"urut": urut, "teks": teks, "jawaban": answer, "keterangan": words.strip()})
    body = {
        **formulir.kepala(tugas.case, formulir.AK07, tugas.p.asesor_id), "judul": "Penyesuaian yang wajar",
        "potensi": isi.potensi, "penyesuaian": rows,
        "hasil": {kode: isi.hasil.get(kode, "").strip() for kode, _ in HASIL_AK07},
    }  # fmt: skip
    form = formulir.draf(tugas.case.id, formulir.AK07, body)
    formulir.kunci_dan_tanda(form, tugas.penanda(user, sandi))
    notices.notify(tugas.case.user_id, "Penyesuaian asesmen menunggu tanda tangan Anda", tugas.case.nomor or "",
                   f"/sertifikasi/saya/{tugas.case.id}/ak-07")  # fmt: skip
    return form


def terakhir(case: m.Permohonan) -> m.FormIsian | None:
    """The newest one written on screen; a scan of earlier days is none."""
    form = formulir.terakhir(case.id, formulir.AK07)
    return form if form is not None and "penyesuaian" in form.isi else None


def ditandatangani(form: m.FormIsian) -> bool:
    return any(one.peran == ASESI for one in formulir.tanda_di_kertas(form))


def tanda(case: m.Permohonan, user: Principal, sandi: str, sidik: str) -> None:
    """The asesi signs the same content; `sidik` is what their page showed. Raises Conflict when it changed."""
    if case.user_id != user.id:
        raise Denied()
    form = terakhir(case)
    if form is None:
        raise Conflict("Asesor belum menyiapkan ceklis penyesuaian.")
    if form.sha256 != sidik:
        raise Conflict("Asesor mengubah ceklis ini. Baca lagi, lalu tanda tangani.")
    formulir.tanda_tangani(form, Penanda(user, ASESI, sandi))
    formulir.cetak(form, f"FR.AK.07 {case.nomor}")
