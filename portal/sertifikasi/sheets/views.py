"""The published key of certificates, and the command that checks a payload without network and database."""

import json
import sys
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Response, current_app

from portal.kernel.calendar import tanggal
from portal.kernel.storage import config
from portal.kernel.web import PUBLIC
from portal.sertifikasi import module
from portal.sertifikasi.sheets import tanda

module.blueprint.cli_group = None  # `flask verifikasi-qr`, as an operator types it


def public_keys() -> list[Ed25519PublicKey]:
    """The key in use and the retired ones: what they signed stays verifiable."""
    found = [Ed25519PublicKey.from_public_bytes(raw) for raw in config().old_certificate_keys]
    if config().certificate_key:
        found.insert(0, tanda.private_key(config().certificate_key).public_key())
    return found


@module.route("/kunci-publik.json", can=PUBLIC)
def kunci_publik() -> Response:
    """For anyone who checks certificates without the portal."""
    body = json.dumps(tanda.published(public_keys()), indent=1)
    return current_app.response_class(
        body, mimetype="application/json", headers={"Cache-Control": "public, max-age=3600"}
    )


@module.blueprint.cli.command("verifikasi-qr")
@click.argument("teks")
@click.option("--kunci", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Published key file.")
def verifikasi_qr(teks: str, kunci: Path | None) -> None:
    """Check the text of a certificate's second QR. Needs neither network nor database. Exit code 1 when false.

    "-" reads the text from standard input.
    """
    teks = sys.stdin.read() if teks == "-" else teks
    try:
        keys = tanda.published(public_keys()) if kunci is None else _berkas(kunci)
        isi = tanda.verify(teks, tanda.trusted(keys))
    except tanda.TandaSalah as error:
        click.echo(f"TIDAK SAH: {error}", err=True)
        sys.exit(1)
    click.echo("SAH: tanda cocok dengan kunci publik LSP.")
    for label, nilai in (
        ("Nomor sertifikat", isi.nomor),
        ("Nama", isi.nama),
        ("Skema", isi.skema),
        ("Tanggal keputusan", tanggal(isi.diputus)),
        ("Berlaku sampai", tanggal(isi.sampai)),
        ("Sidik daftar unit", isi.unit),
        ("Kunci", isi.kunci),
    ):
        click.echo(f"{label:<18}: {nilai}")
    click.echo("Penangguhan atau pencabutan sesudah terbit hanya terlihat di halaman pemeriksaan portal.")


def _berkas(kunci: Path) -> dict[str, object]:
    try:
        found = json.loads(kunci.read_text("utf-8"))
    except ValueError as error:
        raise tanda.TandaSalah("Berkas kunci publik tidak dapat dibaca.") from error
    return found if isinstance(found, dict) else {}
