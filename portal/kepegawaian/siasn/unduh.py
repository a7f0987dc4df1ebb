"""A paper that SIASN keeps of a row, fetched for who decides about it: the SK of both sides is read before choosing."""

import uuid
from datetime import timedelta

from portal.kepegawaian.siasn import bentuk, jalan, klien, sekaligus, setelan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.jawaban import SiasnGagal
from portal.kepegawaian.siasn.klien import TokenHabis
from portal.kepegawaian.siasn.policies import visible_pasangan
from portal.kernel import access, documents, jobs
from portal.kernel.db import commit, db, now
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.people import Principal

ALAMAT, TERBESAR, SIMPAN_HARI = "download-dok", 20 * 1024 * 1024, 7


def minta(pair: m.Pasangan, dok: str, user: Principal) -> uuid.UUID:
    """Ask for a paper. Raises Missing when SIASN shows none under this id."""
    words = f"Berkas SIASN: {_berkas(pair, dok).get('dok_nama') or dok}"[:200]
    return jobs.enqueue(unduh, words, f"siasn-unduh-{pair.id}-{dok}-{user.id}", user.id, pasangan=str(pair.id), dok=dok)


def _berkas(pair: m.Pasangan, dok: str) -> dict[str, str]:
    mirror = db.session.get(m.Cermin, pair.cermin_id) if pair.cermin_id else None
    found = bentuk.berkas(mirror.isi).get(dok) if mirror else None
    if not found or not found.get("dok_uri"):
        raise Missing()
    return found


@jobs.kind("siasn-unduh")
def unduh(job: jobs.Job) -> uuid.UUID:
    """Fetch it with the rights and the token of now. What stops it is told to who waits; nothing is tried behind it."""
    user = documents.watched(sekaligus.peminta(job))
    pair: m.Pasangan = access.fetch(visible_pasangan(user), uuid.UUID(job.argumen["pasangan"]))
    paper = _berkas(pair, job.argumen["dok"])
    name = f"{paper.get('dok_nama') or job.argumen['dok']}.pdf"
    body = _isi(paper["dok_uri"], user)
    try:
        checked = documents.check(body, name, TERBESAR)
    except Invalid as error:
        raise Conflict("Berkas dari SIASN rusak atau terpotong. Coba lagi; bila menetap, laporkan ke BKN.") from error
    document = documents.made(checked, user.id)
    documents.claim(document)
    document.kedaluwarsa_at = now() + timedelta(days=SIMPAN_HARI)
    document.asal = {"jenis": "siasn", "izin": documents.rights_used(user)}
    db.session.flush()
    return document.id


def _isi(uri: str, user: Principal) -> bytes:
    row = setelan.ambil()
    stop = jalan.halangan(row, jalan.hari_ini())
    if stop:
        raise Conflict(stop[0], "Coba lagi nanti.")
    try:
        client = klien.buka(row, None, user.id)
    except TokenHabis as error:
        raise Conflict(str(error)) from error
    commit()  # no transaction stays open while SIASN takes its time
    with client:
        try:
            return client.berkas(ALAMAT, {"filePath": uri})
        except SiasnGagal as error:
            raise Conflict(error.pesan) from error
        except (TokenHabis, klien.Terputus) as error:
            raise Conflict(str(error)) from error
        finally:
            client.bukukan()
            commit()
