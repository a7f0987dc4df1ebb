"""The seal of the LSP on papers that the ketua signed: certificates and SK, where an installation has a key.

The signature of the ketua is what counts and is kept with its time; the seal lets a reader of the file see that it
has not changed. Without a key (SEGEL_BERKAS) papers leave unsealed. With one that does not work a paper is not made:
it waits, its job says why, and the clock asks again.
"""

from datetime import datetime
from typing import Any

from portal.kernel import activity
from portal.kernel.calendar import waktu
from portal.kernel.db import now
from portal.kernel.storage import config
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.sheets import segel
from portal.sertifikasi.sheets.segel import Penampilan, Penandatangan, SegelGagal

activity.declare(**{"kertas.disegel": "nomor oleh"})


def penyegel() -> Penandatangan:
    """The key of this installation; the driver `none` where it has none."""
    place = config()
    if place.segel_berkas is None:
        return Penandatangan()
    return Penandatangan(segel.LOKAL, berkas=place.segel_berkas, sandi=place.segel_sandi)


def siap() -> None:
    """Raises SegelGagal when the key that is configured cannot be used now: looked at before papers are drawn."""
    _who(penyegel())


def _who(key: Penandatangan) -> segel.Pemilik | None:
    if key.penggerak == segel.NONE:
        return None
    owner = segel.pemilik(key)
    if not owner.sejak <= now() <= owner.sampai:
        raise SegelGagal(f"Sertifikat kunci segel {owner.nama} tidak berlaku hari ini.")
    return owner


def bubuhkan(row: k.Sertifikat | k.Sk, pdf: bytes, oleh: str, pada: datetime | None) -> bytes:
    """The paper of this row with the seal on it; the row keeps who sealed it. Raises SegelGagal."""
    key = penyegel()
    owner = _who(key)
    if owner is None:
        return pdf
    words = f"Ditandatangani {oleh}, {waktu(pada)}" if pada else f"Ditandatangani {oleh}"
    out = segel.sign(pdf, key, Penampilan(alasan=words, bidang="SegelLSP"))
    row.segel = {"oleh": owner.nama, "penerbit": owner.penerbit, "seri": owner.seri, "pada": now().isoformat()}
    activity.log("kertas.disegel", row, nomor=row.nomor, oleh=owner.nama)
    return out


def terbaca(row: k.Sertifikat | k.Sk) -> str:
    """Who sealed the file and when, "" for one without a seal."""
    seal: dict[str, Any] = row.segel or {}
    if not seal:
        return ""
    by = f", kunci diterbitkan {seal['penerbit']}" if seal["penerbit"] != seal["oleh"] else ""
    return f"{seal['oleh']}, {waktu(datetime.fromisoformat(seal['pada']))}{by}"
