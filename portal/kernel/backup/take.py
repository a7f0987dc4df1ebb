"""Making one verified archive, sending it on, removing what is too old."""

import errno
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain

import psycopg
import sqlalchemy as sa
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from portal.config import Config
from portal.kernel import activity
from portal.kernel.backup import manifest as manifests
from portal.kernel.backup import models
from portal.kernel.backup.database import Facts, dump, snapshot, tables_in
from portal.kernel.backup.manifest import DUMP, INDEX, Manifest, contents, index_of, required_key, write_part
from portal.kernel.backup.models import BAIK, GAGAL, LENGKAP, TIDAK_DIATUR, Cadangan
from portal.kernel.backup.objects import Copier, Entry, content_of, in_order, missing, sample
from portal.kernel.backup.places import (
    MANIFEST,
    PREFIXES,
    Bucket,
    Folder,
    archive_part,
    archives,
    first_place,
    flush_to_disk,
    own_bucket,
    second_place,
)  # fmt: skip
from portal.kernel.backup.retention import STAMP, prune
from portal.kernel.backup.seal import BackupError, Damaged
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.errors import DomainError
from portal.kernel.storage import config

logger = logging.getLogger(__name__)

Tell = Callable[[int, int], None]
STORE_FAULTS = (BotoCoreError, ClientError, Boto3Error)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SAMPLE = 50

activity.declare(**{
    "cadangan.dibuat": "arsip objek byte kedua", "cadangan.gagal": "arsip alasan", "cadangan.dihapus": "arsip",
})  # fmt: skip


def quiet(done: int, total: int) -> None:
    """For who does not follow the progress."""


def take(asal: str, tell: Tell = quiet) -> Cadangan:
    """Make an archive now. The row is returned as it ended; raises what made it fail, after noting that.

    A second location that cannot be reached does not make the archive fail: `kedua` and `alasan` say it.
    """
    cfg = config()
    if cfg.latihan:
        raise BackupError("Portal dalam mode latihan; pencadangan dimatikan agar arsip yang asli tidak tertimpa.")
    key, folder = required_key(cfg), first_place(cfg)
    with folder.alone():
        models.end_abandoned(Cadangan)
        row = Cadangan(arsip=f"{now().strftime(STAMP)}-{secrets.token_hex(3)}", asal=asal)
        db.session.add(row)
        commit()
        try:
            made = _archive(cfg, key, folder, row.arsip, tell)
        except Exception as error:
            _note_failure(row, reason(error))
            raise
        _note_success(row, *made)
        _send_on(cfg, key, folder, row)
        return row


def reason(error: Exception) -> str:
    """Why a backup failed, for the page and the terminal."""
    if isinstance(error, DomainError):
        return error.pesan
    if isinstance(error, OSError) and error.errno in FULL:
        return "Tujuan cadangan penuh. Kosongkan ruang, lalu cadangkan lagi."
    if isinstance(error, psycopg.Error | sa.exc.DBAPIError):
        return f"Basis data menolak atau tidak dapat dihubungi: {str(error).splitlines()[0]}"
    if isinstance(error, STORE_FAULTS):
        return "Penyimpanan berkas tidak dapat dihubungi."
    if isinstance(error, OSError):
        return f"Berkas cadangan tidak dapat ditulis atau dibaca: {error.strerror}."
    return f"Pencadangan berhenti karena galat: {type(error).__name__}."


def _note_failure(row: Cadangan, alasan: str) -> None:
    """The database may be what is away: then the next backup finds the row and ends it."""
    with suppress(sa.exc.DBAPIError):
        rollback()
        fresh = db.session.get_one(Cadangan, row.id)
        fresh.status, fresh.selesai_at, fresh.alasan = GAGAL, now(), alasan
        activity.log("cadangan.gagal", fresh, arsip=row.arsip, alasan=alasan)
        commit()


def _note_success(row: Cadangan, made: Manifest, copier: Copier) -> None:
    row.status, row.selesai_at = BAIK, now()
    row.objek, row.objek_baru = copier.objects, copier.new_objects
    row.byte_basis_data, row.byte_isi = made.bagian[DUMP].byte, copier.bytes
    row.byte_baru = copier.new_bytes + sum(part.byte for part in made.bagian.values())
    commit()


def _archive(cfg: Config, key: bytes, folder: Folder, name: str, tell: Tell) -> tuple[Manifest, Copier]:
    """Database first, files second: a file that a row of the dump names is older than the dump."""
    with snapshot(cfg.migration_url) as found:
        database = write_part(folder, key, name, DUMP, lambda sealer: dump(cfg.migration_url, found, sealer))
    known, expected = _list_before(folder, key)
    copier = Copier(own_bucket(cfg), folder, key)
    index = write_part(
        folder, key, name, INDEX,
        lambda sealer: copier.run(known, sealer, lambda done: tell(done, max(done, expected) + 1)),
    )  # fmt: skip
    manifest = Manifest(
        arsip=name, waktu=now().isoformat(), aplikasi=manifests.version(), revisi=found.revisi, server=found.server,
        ekstensi=found.ekstensi, tabel=found.tabel, rantai=found.rantai, objek=copier.objects, byte_objek=copier.bytes,
        bagian={DUMP: database, INDEX: index}, kunci_data=manifests.data_key_mark(cfg),
        pengaturan={setting: str(getattr(cfg, setting)) for setting in manifests.SETTINGS},
    )  # fmt: skip
    _require_whole(folder, key, manifest, found)
    flush_to_disk()
    manifests.write(folder, key, manifest)
    flush_to_disk()
    return manifest, copier


def _list_before(folder: Folder, key: bytes) -> tuple[Iterator[Entry], int]:
    """The list of the newest archive and its length; nothing when there is none that this key opens."""
    for archive in reversed(archives(folder)):
        try:
            count = manifests.read(folder, key, archive).objek
            lines = index_of(folder, key, archive)
            first = next(lines, None)
        except BackupError:
            logger.warning("list of archive %s cannot be read; files are read again", archive)
            continue
        return chain([first] if first else [], _readable(lines, archive)), count
    return iter(()), 0


def _readable(lines: Iterator[Entry], archive: str) -> Iterator[Entry]:
    try:
        yield from lines
    except Damaged:
        logger.warning("list of archive %s is damaged; the other files are read again", archive)


def _require_whole(folder: Folder, key: bytes, manifest: Manifest, found: Facts) -> None:
    """Read back what was written: the whole dump and list, every content's size, a sample of contents."""
    rows = tables_in(contents(folder, key, manifest, DUMP), found.server)
    if rows != len(found.tabel):
        raise Damaged(f"Isi basis data yang tercadang memuat {rows} tabel, seharusnya {len(found.tabel)}.")
    for _ in contents(folder, key, manifest, INDEX):
        pass
    if absent := missing(folder, index_of(folder, key, manifest.arsip)):
        raise Damaged(f"{absent} isi berkas tidak ada atau terpotong di {folder.words}.")
    for entry in sample(index_of(folder, key, manifest.arsip), SAMPLE, manifest.arsip):
        if content_of(folder, key, entry) != entry.sha256:
            raise Damaged(f"Isi berkas {entry.kunci} berubah di {folder.words}.")


# ---- the second location, and what is too old


def _send_on(cfg: Config, key: bytes, folder: Folder, row: Cadangan) -> None:
    """Whatever fails here leaves a good archive in the first place."""
    wrong = []
    second = second_place(cfg)
    row.kedua = TIDAK_DIATUR
    if second is not None:
        row.kedua = LENGKAP
        try:
            second.prepare()
            mirror(folder, second)
        except (*STORE_FAULTS, OSError) as error:
            logger.warning("second location: %s", error)
            row.kedua = GAGAL
            wrong.append("Tempat kedua tidak dapat dihubungi atau menolak tulisan. Arsip di direktori lokal utuh.")
    commit()
    wrong += _remove_old(cfg, key, folder, second if row.kedua == LENGKAP else None)
    row.alasan = " ".join(wrong)
    activity.log("cadangan.dibuat", row, arsip=row.arsip, objek=row.objek, byte=row.byte, kedua=row.kedua)
    commit()


def mirror(folder: Folder, second: Bucket) -> None:
    """Everything finished here that is not there yet, archives of earlier days included; manifests last."""
    for prefix in PREFIXES:
        here = dict(folder.names(prefix))
        there = dict(second.names(prefix)) if here else {}
        absent = [name for name, size in here.items() if there.get(name) != size]
        for _ in in_order(lambda name: second.put(name, folder.root / name), absent):
            pass
    there = dict(second.names("arsip/"))
    for archive in archives(folder):
        for part in (DUMP, INDEX, MANIFEST):
            name = archive_part(archive, part)
            if there.get(name) != folder.size(name):
                second.put(name, folder.root / name)


def _remove_old(cfg: Config, key: bytes, folder: Folder, second: Bucket | None) -> list[str]:
    """Prune both places. A key that may only append cannot delete: its host removes what is old there."""
    try:
        gone = prune(folder, key, cfg.zona, folder.staging)
    except (BackupError, OSError) as error:
        logger.warning("old archives stay: %s", error)
        return ["Arsip lama tidak dapat dibersihkan."]
    for archive in gone:
        row = db.session.scalars(sa.select(Cadangan).where(Cadangan.arsip == archive)).first()
        if row is not None:
            row.dihapus_at = now()
            activity.log("cadangan.dihapus", row, arsip=archive)
    if second is not None:
        try:
            prune(second, key, cfg.zona, folder.staging)
        except (*STORE_FAULTS, BackupError) as error:
            logger.info("old archives stay in the second location: %s", error)
    return []
