"""What an operator types: `flask --app wsgi <command>`."""

import json
import os
import secrets
import sys

import click
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask
from sqlalchemy.engine import make_url

from portal.kernel import activity, backup, demo, people
from portal.kernel.db import APPEND_ONLY, commit, db
from portal.kernel.numbers import angka, ukuran
from portal.kernel.organisation import in_force, today
from portal.kernel.people import PenugasanPeran, User
from portal.kernel.storage import config, redis
from portal.kernel.web import ROOT

ADMINISTRATOR = "administrator"

activity.declare(**{"akun.administrator_pertama": ""})


def register(app: Flask) -> None:
    for one in (migrasi, administrator, verifikasi_log, akun_demo, isi_demo, cadangkan, pulihkan, akhiri_latihan):
        app.cli.add_command(one)


@click.command("migrasi")
def migrasi() -> None:
    """Bring the database to the newest revision and give the application role its rights."""
    migrate(config().migration_url, config().database_url)
    click.echo("Basis data sudah pada revisi terbaru.")


def migrate(owner_url: str, application_url: str) -> None:
    """Run as the owner; the application role may not change or delete append-only rows."""
    os.environ["DATABASE_URL_MIGRASI"] = owner_url
    command.upgrade(AlembicConfig(str(ROOT / "migrations" / "alembic.ini")), "head")
    owner, application = make_url(owner_url).username, make_url(application_url).username
    if not application or owner == application:
        return
    engine = sa.create_engine(owner_url, poolclass=sa.NullPool)
    name = engine.dialect.identifier_preparer.quote(application)
    with engine.begin() as connection:
        for right in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(APPEND_ONLY)} FROM {name}",
        ):
            connection.execute(sa.text(right))


@click.command("administrator")
@click.argument("pengguna")
@click.option("--nama", required=True, help="Name of the person.")
def administrator(pengguna: str, nama: str) -> None:
    """Make the first account of a new portal. Refused once somebody is administrator."""
    held = sa.select(PenugasanPeran.id).where(PenugasanPeran.peran == ADMINISTRATOR, in_force(PenugasanPeran, today()))
    if db.session.scalar(held.limit(1)) is not None:
        raise click.ClickException("Portal ini sudah memiliki administrator. Peran berikutnya diberi di /pengguna.")
    fresh = secrets.token_urlsafe(12)
    account = User(pengguna=pengguna.strip().lower(), nama=nama.strip())
    people.set_password(account, fresh)
    account.sandi_diubah_at, account.sandi_sementara = None, True
    db.session.add(account)
    db.session.flush()
    db.session.add(PenugasanPeran(user_id=account.id, peran=ADMINISTRATOR, dasar="Pemasangan", mulai=today()))
    activity.log("akun.administrator_pertama", account)
    commit()
    click.echo(f"Akun {account.pengguna} dibuat. Kata sandi sementara, tampil sekali ini saja: {fresh}")


@click.command("akun-demo")
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
def akun_demo(as_json: bool) -> None:
    """One demo account per role."""
    rows = demo.accounts()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    widths = {key: max(len(row[key]) for row in rows) for key in ("peran", "pengguna", "sandi")}
    for row in rows:
        columns = "  ".join(row[key].ljust(width) for key, width in widths.items())
        click.echo(f"{columns}  {row['nama']}, {row['unit']}")


@click.command("isi-demo")
@click.option("--skala", type=click.Choice(demo.SKALA), default="kecil", show_default=True)
def isi_demo(skala: str) -> None:
    """Load the fictional Kota Sagara; what is there already stays. Refused in production."""
    try:
        demo.require_demo(skala)
    except demo.Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(str(demo.load_city(skala)))
    commit()
    for fill in demo.FILLERS:
        click.echo(str(fill(skala)))
        commit()
    redis().incr(people.EPOCH)


@click.command("verifikasi-log")
def verifikasi_log() -> None:
    """Walk the activity log and show the first line that does not follow, if any."""
    verdict = activity.verify()
    db.session.rollback()
    click.echo(json.dumps({"baris": verdict.rows, "putus_di": verdict.broken}))
    if verdict.broken is not None:
        click.echo(f"Rantai putus pada baris {verdict.broken}.", err=True)
        sys.exit(1)
    click.echo("Rantai utuh.")


@click.command("cadangkan")
def cadangkan() -> None:
    """Make a verified archive of the database and the files now, and send it to the second location."""
    try:
        row = backup.take("TANGAN")
    except Exception as error:
        raise click.ClickException(backup.reason(error)) from error
    click.echo(
        f"Arsip {row.arsip} lengkap: basis data {ukuran(row.byte_basis_data)}, {angka(row.objek)} berkas "
        f"({ukuran(row.byte_isi)}), {angka(row.objek_baru)} berkas baru."
    )
    click.echo({"LENGKAP": "Tempat kedua: lengkap.", "TIDAK_DIATUR": "Tempat kedua: belum diatur."}.get(row.kedua, ""))
    if row.alasan:
        click.echo(row.alasan, err=True)


@click.command("pulihkan")
@click.option("--dari", default="", help="Directory of the archives, or s3 for the second location.")
@click.option("--id", "arsip", default="", help="Archive; the newest one when left out.")
@click.option("--timpa", is_flag=True, help="Replace what is in the database and the bucket.")
def pulihkan(dari: str, arsip: str, timpa: bool) -> None:
    """Bring an archive back onto an empty machine and compare it with its manifest. Exit code 1 when it differs."""
    verdict = backup.Verdict(say=click.echo)
    try:
        manifest = backup.restore(backup.place_named(dari), arsip, timpa, verdict)
        if manifest is not None:
            migrate(config().migration_url, config().database_url)
            backup.settle(manifest, verdict)
            redis().incr(people.EPOCH)
    except Exception as error:
        raise click.ClickException(f"GAGAL  {backup.reason(error)}") from error
    if manifest is None or not verdict.good:
        click.echo("HASIL: GAGAL", err=True)
        sys.exit(1)
    click.echo("HASIL: LULUS. Portal dalam mode latihan: jalankan ulang portal, periksa, lalu akhiri-latihan.")


@click.command("akhiri-latihan")
def akhiri_latihan() -> None:
    """The restored copy becomes the portal: mail and backups from its next start on."""
    if not backup.end_training(config().var):
        raise click.ClickException("Portal tidak sedang dalam mode latihan.")
    click.echo("Mode latihan diakhiri. Jalankan ulang portal.")
