"""Bringing an archive back, onto an empty machine or into a scratch database, with a verdict for each step."""

import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from portal.config import Config
from portal.kernel import activity
from portal.kernel.backup import database, models
from portal.kernel.backup import manifest as manifests
from portal.kernel.backup.manifest import DUMP, INDEX, Manifest, contents, index_of, required_key
from portal.kernel.backup.models import GAGAL, LULUS, UjiPulih
from portal.kernel.backup.objects import content_of, give_back, missing, object_sha256, on_disk, sample
from portal.kernel.backup.places import Bucket, Place, archives, first_place, own_bucket
from portal.kernel.backup.seal import BackupError
from portal.kernel.backup.take import SAMPLE, Tell, quiet, reason
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.numbers import angka, ukuran
from portal.kernel.storage import config

logger = logging.getLogger(__name__)

activity.declare(**{"cadangan.diuji": "arsip hasil", "cadangan.dipulihkan": "arsip waktu hasil"})


@dataclass
class Verdict:
    """Lines "LULUS  …" and "GAGAL  …", told as they come."""

    say: Callable[[str], None] = lambda line: None
    lines: list[str] = field(default_factory=list)
    good: bool = True

    def check(self, good: bool, words: str) -> bool:
        self.lines.append(f"{LULUS if good else GAGAL}  {words}")
        self.good &= good
        self.say(self.lines[-1])
        return good


def chosen(place: Place, key: bytes, archive: str = "") -> Manifest:
    """The manifest of an archive, of the newest one by default. Raises BackupError, WrongKey, Damaged."""
    found = archives(place)
    if not found:
        raise BackupError(f"Tidak ada arsip cadangan di {place.words}.")
    if archive and archive not in found:
        raise BackupError(f"Arsip {archive} tidak ada di {place.words}.", f"Yang ada: {', '.join(found[-5:])}.")
    return manifests.read(place, key, archive or found[-1])


def restore(place: Place, archive: str, overwrite: bool, verdict: Verdict, tell: Tell = quiet) -> Manifest | None:
    """Load an archive into the database and the bucket of the settings. None when it stopped before changing anything.

    Everything is proven before the first change; files come before rows, and rows all at once.
    """
    cfg = config()
    key, target = required_key(cfg), own_bucket(cfg)
    manifest = chosen(place, key, archive)
    verdict.check(True, f"Manifes arsip {manifest.arsip} dari {manifest.waktu} terbaca dengan kunci ini")
    if not _has_room(cfg, target, overwrite, verdict) or not _proven(place, key, manifest, verdict):
        return None
    train(cfg.var)
    count = give_back(
        place, key, target, index_of(place, key, manifest.arsip), lambda done: tell(done, manifest.objek)
    )  # fmt: skip
    verdict.check(count == manifest.objek, f"{angka(count)} dari {angka(manifest.objek)} berkas dikembalikan")
    database.clear(cfg.migration_url)
    database.load(cfg.migration_url, contents(place, key, manifest, DUMP), manifest.ekstensi)
    verdict.check(True, f"Basis data dimuat ({ukuran(manifest.bagian[DUMP].byte)} terenkripsi)")
    compare_rows(cfg.migration_url, manifest, verdict)
    _compare_files(place, key, manifest, target, verdict)
    verdict.check(
        manifests.data_key_mark(cfg) == manifest.kunci_data,
        "KUNCI_DATA sama dengan saat dicadangkan, jadi NIK dan data khusus dapat dibaca",
    )
    return manifest


def _has_room(cfg: Config, target: Bucket, overwrite: bool, verdict: Verdict) -> bool:
    target.prepare()
    empty = database.is_empty(database.facts(cfg.migration_url)) and next(target.names(""), None) is None
    words = "Basis data dan penyimpanan berkas tujuan kosong"
    if not empty and overwrite:
        words = "Tujuan berisi data dan ditimpa sesuai permintaan (--timpa)"
    elif not empty:
        words = "Tujuan berisi data. Tidak ada yang diubah; pakai --timpa bila memang hendak mengganti isinya"
    return verdict.check(empty or overwrite, words)


def _proven(place: Place, key: bytes, manifest: Manifest, verdict: Verdict) -> bool:
    """All parts read once from end to end. What is wrong is a line of the verdict, not an error."""
    for part, words in ((DUMP, "basis data"), (INDEX, "daftar berkas")):
        try:
            for _ in contents(place, key, manifest, part):
                pass
        except (BackupError, OSError) as error:
            return verdict.check(False, f"Bagian {words}: {reason(error)}")
        verdict.check(True, f"Bagian {words} utuh (sha256 {manifest.bagian[part].sha256[:16]}…)")
    absent = missing(place, index_of(place, key, manifest.arsip))
    if not verdict.check(not absent, f"Isi {angka(manifest.objek - absent)} dari {angka(manifest.objek)} berkas ada"):
        return False
    return _sampled(place, key, manifest, verdict)


def _sampled(place: Place, key: bytes, manifest: Manifest, verdict: Verdict) -> bool:
    lines, wrong = sample(index_of(place, key, manifest.arsip), SAMPLE, manifest.arsip), []
    for entry in lines:
        try:
            if content_of(place, key, entry) != entry.sha256:
                wrong.append(entry.kunci)
        except BackupError:
            wrong.append(entry.kunci)
    words = f"Contoh {angka(len(lines))} berkas dihitung ulang sidiknya di arsip"
    return verdict.check(not wrong, words + (f"; rusak: {', '.join(wrong[:5])}" if wrong else ""))


def compare_rows(url: str, manifest: Manifest, verdict: Verdict) -> None:
    """Counts, revision, head of the chain and the chain itself, as the owner of the database sees them."""
    found = database.facts(url)
    wrong = [
        f"{name} {angka(found.tabel.get(name, 0))} (manifes {angka(manifest.tabel.get(name, 0))})"
        for name in sorted({*found.tabel, *manifest.tabel})
        if found.tabel.get(name) != manifest.tabel.get(name)
    ]
    rows = sum(found.tabel.values())
    words = f"Jumlah baris {angka(len(manifest.tabel))} tabel sama dengan manifes ({angka(rows)} baris)"
    verdict.check(not wrong, words if not wrong else f"Jumlah baris berbeda: {'; '.join(wrong[:5])}")
    verdict.check(found.revisi == manifest.revisi, f"Revisi basis data {manifest.revisi}")
    verdict.check(found.rantai == manifest.rantai, f"Ujung rantai log pada baris {angka(manifest.rantai[0])}")
    if "aktivitas" in found.tabel:
        walked = database.verify_chain(url)
        words = f"Rantai log utuh, {angka(walked.rows)} baris dihitung ulang"
        verdict.check(walked.broken is None, words if walked.broken is None else f"Rantai putus di {walked.broken}")


def _compare_files(place: Place, key: bytes, manifest: Manifest, target: Bucket, verdict: Verdict) -> None:
    """Everything in the bucket is on the list, and nothing else; a sample is read back from the bucket."""
    count = size = 0
    with tempfile.TemporaryDirectory(dir=config().var) as folder:
        listed = ((entry.kunci, b"") for entry in index_of(place, key, manifest.arsip))
        with on_disk(Path(folder) / "nama", listed) as find:
            for name, length in target.names(""):
                if find(name) is not None:
                    count, size = count + 1, size + length
                else:
                    target.delete(name)  # only with --timpa: the bucket was empty otherwise
    same = (count, size) == (manifest.objek, manifest.byte_objek)
    verdict.check(same, f"Penyimpanan berkas: {angka(count)} berkas, {ukuran(size)}, sama dengan manifes")
    lines = sample(index_of(place, key, manifest.arsip), SAMPLE, f"{manifest.arsip} pulih")
    wrong = [one.kunci for one in lines if object_sha256(target, one.kunci) != one.sha256]
    words = f"Contoh {angka(len(lines))} berkas dihitung ulang sidiknya di penyimpanan"
    verdict.check(not wrong, words + (f"; rusak: {', '.join(wrong[:5])}" if wrong else ""))


# ---- after a restore


def flag(var: Path) -> Path:
    return var / "mode-latihan"


def train(var: Path) -> None:
    """From its next start on the portal sends no mail and says on every page that it is a copy."""
    var.mkdir(parents=True, exist_ok=True)
    flag(var).write_text("Salinan hasil pemulihan. Akhiri dengan: flask --app wsgi akhiri-latihan\n")


def end_training(var: Path) -> bool:
    """False when the portal was not in training."""
    try:
        flag(var).unlink()
    except FileNotFoundError:
        return False
    return True


def settle(manifest: Manifest, verdict: Verdict) -> None:
    """In the loaded database, as the portal: what was under way in the dump is over."""
    values = {"status": models.BAIK, "selesai_at": now(), "objek": manifest.objek, "byte_isi": manifest.byte_objek}
    values["byte_basis_data"] = manifest.bagian[DUMP].byte
    own = models.Cadangan.arsip == manifest.arsip
    db.session.execute(sa.update(models.Cadangan).where(own).values(values))
    models.end_abandoned(models.Cadangan)
    models.end_abandoned(UjiPulih)
    result = LULUS if verdict.good else GAGAL
    activity.log("cadangan.dipulihkan", arsip=manifest.arsip, waktu=manifest.waktu, hasil=result)
    commit()


# ---- the drill


def drill() -> UjiPulih:
    """Load the newest archive of the first place into a scratch database and compare. The row as it ended."""
    cfg = config()
    key, folder = required_key(cfg), first_place(cfg)
    with folder.alone():
        models.end_abandoned(UjiPulih)
        row = UjiPulih(arsip="", laporan=[])
        db.session.add(row)
        commit()
        verdict = Verdict()
        try:
            row.arsip = _drill(cfg, key, folder, verdict)
        except Exception as error:
            logger.exception("the drill broke off")
            rollback()
            row = db.session.get_one(UjiPulih, row.id)
            verdict.check(False, reason(error))
        row.status, row.selesai_at, row.laporan = (LULUS if verdict.good else GAGAL), now(), verdict.lines
        activity.log("cadangan.diuji", row, arsip=row.arsip, hasil=row.status)
        commit()
        return row


def _drill(cfg: Config, key: bytes, folder: Place, verdict: Verdict) -> str:
    manifest = chosen(folder, key)
    verdict.check(True, f"Manifes arsip {manifest.arsip} terbaca")
    if _proven(folder, key, manifest, verdict):
        with database.scratch(cfg.migration_url) as url:
            database.load(url, contents(folder, key, manifest, DUMP), manifest.ekstensi)
            verdict.check(True, "Basis data dimuat ke basis data uji")
            compare_rows(url, manifest, verdict)
    return manifest.arsip
