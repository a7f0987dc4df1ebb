"""FR.AK.06: the asesor looks back on the assessment of a session that is closed."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.formulir import ASESOR, Penanda
from portal.sertifikasi.asesmen.rekam.services import kepala_sesi
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets.proses import ASPEK_AK06, DIMENSI, PRINSIP


@dataclass(frozen=True)
class Tinjauan:
    """`prinsip`: by aspect the principles it was found to follow; `dimensi`: where decisions were consistent."""

    prinsip: dict[str, list[str]]
    dimensi: list[str]
    rekomendasi_aspek: str = ""
    rekomendasi_konsistensi: str = ""
    komentar: str = ""


def tinjau(sesi: a.SesiAsesmen, user: Principal, isi: Tinjauan, sandi: str) -> m.FormIsian:
    """Once for each session. Raises Denied, Conflict, Invalid."""
    if sesi.asesor.user_id != user.id:
        raise Denied("Peninjauan ditandatangani asesor sesi ini.")
    db.session.execute(sa.select(a.SesiAsesmen.id).where(a.SesiAsesmen.id == sesi.id).with_for_update())
    if sesi.ditutup_at is None:
        raise Conflict("Peninjauan ditulis setelah sesi ditutup.")
    if formulir.untuk_sesi(sesi.id, formulir.AK06) is not None:
        raise Conflict("Proses asesmen sesi ini sudah ditinjau.")
    if not any(isi.prinsip.get(kode) for kode, _ in ASPEK_AK06):
        raise Invalid("prinsip", "Centang prinsip yang dipenuhi, sedikitnya pada satu aspek.")
    known, chosen = dict(PRINSIP), set(isi.dimensi)
    rows = [
        {"kode": kode, "teks": teks, "prinsip": [one for one in known if one in isi.prinsip.get(kode, [])]}
        for kode, teks in ASPEK_AK06
    ]
    incomplete = [str(row["teks"]).lower() for row in rows if len(row["prinsip"]) < len(known)]
    if incomplete and len(isi.rekomendasi_aspek.strip()) < 10:
        raise Invalid("rekomendasi_aspek", f"Tulis rekomendasi untuk {', '.join(incomplete)}, sedikitnya 10 huruf.")
    body: dict[str, Any] = {
        **kepala_sesi(sesi, formulir.AK06), "aspek": rows, "dimensi": [kode for kode, _ in DIMENSI if kode in chosen],
        "rekomendasi_aspek": isi.rekomendasi_aspek.strip(), "komentar": isi.komentar.strip(),
        "rekomendasi_konsistensi": isi.rekomendasi_konsistensi.strip(),
    }  # fmt: skip
    form = formulir.draf(None, formulir.AK06, body, sesi_id=sesi.id)
    formulir.kunci_dan_tanda(form, Penanda(user, ASESOR, sandi, str((body["asesor"] or {}).get("no_reg", ""))))
    formulir.cetak(form, f"FR.AK.06 {body['skema']['judul']}")
    return form
