"""`flask muat-simpeg DIR`: the initial load for an operator, with a report beside the dump's own files."""

import csv
import sys
from pathlib import Path

import click
import sqlalchemy as sa

from portal.kepegawaian import IMPOR, KELOLA, module
from portal.kepegawaian.impor import simpeg
from portal.kernel import access, people
from portal.kernel.db import db, now
from portal.kernel.numbers import angka
from portal.kernel.people import Principal, User
from portal.kernel.storage import config

module.blueprint.cli_group = None  # its commands stand at the top
HEAD = ("tabel", "baris", "kolom", "isi", "kode", "galat")


def _user(name: str) -> Principal:
    key = db.session.scalar(sa.select(User.id).where(User.pengguna == name.strip().lower()))
    user = people.principal_of(key, access.grants()) if key else None
    if user is None or user.units(IMPOR) is not None or user.units(KELOLA) is not None:
        raise click.ClickException(f"Akun {name} tidak ada, tidak aktif, atau tidak berwenang mengimpor seluruh kota.")
    return user


@module.blueprint.cli.command("muat-simpeg")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sebagai", required=True, help="Account in whose name the entries are recorded.")
@click.option("--coba", is_flag=True, help="Check everything, keep nothing.")
def muat_simpeg(folder: Path, sebagai: str, coba: bool) -> None:
    """Load the dump of an older SIMPEG. Exit code 1 when a row was refused or the register differs."""
    user = _user(sebagai)
    try:
        results = simpeg.muat(folder, user, coba, click.echo)
    except simpeg.Refused as error:
        raise click.ClickException(error.pesan) from error
    for one in results:
        verdict = "" if coba else " LULUS" if one.cocok else " BERBEDA"
        click.echo(
            f"{one.tabel:<11} {angka(one.baris)} baris: {angka(one.baru)} baru, {angka(one.sama)} sudah ada, "
            f"{angka(one.dilewati)} dari jalan sebelumnya, {angka(one.ditolak)} ditolak{verdict}"
        )
        if not coba:
            click.echo(f"            berkas {angka(one.berkas.baris)} {one.berkas.tampil}, "
                       f"register {angka(one.register.baris)} {one.register.tampil}")  # fmt: skip
    place = _report(results)
    click.echo(f"Laporan: {place}")
    if any(one.ditolak or not (coba or one.cocok) for one in results):
        sys.exit(1)


def _report(results: list[simpeg.Hasil]) -> Path:
    place = Path(config().var) / "muat-simpeg"
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{now():%Y%m%d-%H%M%S}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(HEAD)
        sheet.writerows(line for one in results for line in one.galat)
    path.chmod(0o600)
    return path
