"""The signed payload of certificates: made once, checked anywhere."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.sertifikasi.sheets import tanda
from tests.sertifikasi import isian

KUNCI = tanda.private_key(bytes(range(32)))
LAIN = tanda.private_key(bytes(range(1, 33)))
PERCAYA = tanda.trusted(tanda.published([KUNCI.public_key()]))


def test_a_payload_says_what_the_certificate_says() -> None:
    isi = isian.sertifikat()
    teks = tanda.sign(isi, KUNCI)
    hasil = tanda.verify(teks, PERCAYA)
    assert (hasil.nomor, hasil.nama, hasil.skema) == (isi["nomor"], isi["nama"], isi["skema"]["judul"])
    assert (hasil.diputus, hasil.sampai) == (date(2026, 12, 11), date(2029, 12, 11))
    assert hasil.unit == tanda.sidik_unit(isi["unit"])
    assert hasil.kunci == tanda.key_id(KUNCI.public_key())
    assert tanda.sign(isi, KUNCI) == teks


def test_it_stays_within_300_bytes_and_marks_what_it_shortened() -> None:
    isi = isian.sertifikat(nama=isian.PANJANG * 2, skema={"judul": "Skema yang amat panjang " * 20}, nomor="9" * 64)
    teks = tanda.sign(isi, KUNCI)
    assert len(tanda.unbase45(teks.removeprefix(tanda.AWALAN))) <= tanda.TERPANJANG
    hasil = tanda.verify(teks, PERCAYA)
    assert hasil.nama.endswith("…")
    assert hasil.skema.endswith("…")
    assert hasil.nomor == "9" * 64


def test_a_name_of_a_hundred_letters_is_whole_beside_a_usual_scheme() -> None:
    isi = isian.sertifikat(nama=isian.PANJANG)
    assert len(isian.PANJANG) > 100
    assert tanda.verify(tanda.sign(isi, KUNCI), PERCAYA).nama == isian.PANJANG


@pytest.mark.parametrize("ubah", [{"nama": "Orang Lain"}, {"sampai": "2039-12-11"}, {"unit": []}, {"nomor": "1"}])
def test_changed_facts_do_not_verify_under_the_old_signature(ubah: dict[str, object]) -> None:
    asli = tanda.unbase45(tanda.sign(isian.sertifikat(), KUNCI).removeprefix(tanda.AWALAN))
    palsu = tanda.unbase45(tanda.sign(isian.sertifikat(**ubah), KUNCI).removeprefix(tanda.AWALAN))
    with pytest.raises(tanda.TandaSalah, match="bukan terbitan"):
        tanda.verify(tanda.AWALAN + tanda.base45(palsu[:-64] + asli[-64:]), PERCAYA)


def test_every_single_byte_counts() -> None:
    raw = tanda.unbase45(tanda.sign(isian.sertifikat(), KUNCI).removeprefix(tanda.AWALAN))
    for i in range(len(raw)):
        changed = raw[:i] + bytes([raw[i] ^ 1]) + raw[i + 1 :]
        with pytest.raises(tanda.TandaSalah):
            tanda.verify(tanda.AWALAN + tanda.base45(changed), PERCAYA)


def test_a_foreign_key_is_named_and_never_believed() -> None:
    with pytest.raises(tanda.TandaSalah, match="daftar kunci publik"):
        tanda.verify(tanda.sign(isian.sertifikat(), LAIN), PERCAYA)
    terbitan = tanda.published([LAIN.public_key()])
    terbitan["keys"][0]["kid"] = tanda.key_id(KUNCI.public_key())
    assert list(tanda.trusted(terbitan)) == [tanda.key_id(LAIN.public_key())]


@given(st.text(max_size=400))
def test_any_other_text_is_refused_in_words(teks: str) -> None:
    for masukan in (teks, tanda.AWALAN + teks):
        with pytest.raises(tanda.TandaSalah):
            tanda.verify(masukan, PERCAYA)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(raw: bytes) -> None:
    assert tanda.unbase45(tanda.base45(raw)) == raw
    with pytest.raises(tanda.TandaSalah):
        tanda.verify(tanda.AWALAN + tanda.base45(raw), PERCAYA)


def test_base45_follows_the_published_examples() -> None:
    assert tanda.base45(b"AB") == "BB8"
    assert tanda.base45(b"Hello!!") == "%69 VD92EX0"
    assert tanda.unbase45("QED8WEX0") == b"ietf!"


def test_without_key_or_number_nothing_is_signed() -> None:
    with pytest.raises(ValueError, match="KUNCI_SERTIFIKAT"):
        tanda.private_key(b"")
    with pytest.raises(ValueError, match="belum bernomor"):
        tanda.sign(isian.sertifikat(nomor=""), KUNCI)


@pytest.mark.parametrize("terbitan", [{}, {"keys": [{"x": "AAAA"}]}, {"keys": [{}]}, {"keys": 5}])
def test_a_broken_key_file_is_refused(terbitan: dict[str, object]) -> None:
    with pytest.raises(tanda.TandaSalah, match="kunci publik"):
        tanda.trusted(terbitan)


def test_the_portal_publishes_its_key_and_the_command_uses_the_file(app: Flask, tmp_path: Path) -> None:
    answer = app.test_client().get("/sertifikasi/kunci-publik.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    benih = app.extensions["pamong"].certificate_key
    assert tanda.trusted(answer.get_json()).keys() == {tanda.key_id(tanda.private_key(benih).public_key())}

    teks = tanda.sign(isian.sertifikat(), tanda.private_key(benih))
    berkas = tmp_path / "kunci.json"
    berkas.write_bytes(answer.data)
    run = app.test_cli_runner().invoke
    for arguments, masukan in (([teks], None), ([teks, "--kunci", str(berkas)], None), (["-"], teks + "\n")):
        hasil = run(args=["verifikasi-qr", *arguments], input=masukan)
        assert hasil.exit_code == 0, hasil.output
        assert "SAH: tanda cocok" in hasil.output
        assert "Ratna Wulandari, S.Kom." in hasil.output
        assert "11 Desember 2029" in hasil.output
    berkas.write_text(json.dumps(tanda.published([LAIN.public_key()])))
    hasil = run(args=["verifikasi-qr", teks, "--kunci", str(berkas)])
    assert (hasil.exit_code, "TIDAK SAH" in hasil.output) == (1, True)
    berkas.write_text("bukan json")
    assert run(args=["verifikasi-qr", teks, "--kunci", str(berkas)]).exit_code == 1
