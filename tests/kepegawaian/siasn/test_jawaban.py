"""What answers mean, one by one: every odd one that public clients of SIASN have met. No database."""

import ssl
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.kepegawaian.siasn import bentuk, catatan, jawaban
from portal.kepegawaian.siasn.jawaban import Ditolak, Sementara, TokenDitolak
from portal.kepegawaian.siasn.klien import Klien
from portal.kepegawaian.siasn.models import Setelan

HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
SUSPENDED = '{"fault":{"code":303001,"message":"Runtime Error","description":"[ State ] : SUSPENDED"}}'
ANSWERS: list[tuple[int, str, Any]] = [
    (200, '{"code":1,"count":1,"data":[{"id":"A"}]}', [{"id": "A"}]),
    (200, '{"code":1,"data":{"id":"A"}}', {"id": "A"}),
    (404, '{"code":0,"data":"Data tidak ditemukan"}', []),
    (200, '{"code":0,"data":"Data tidak ditemukan"}', []),
    (404, '{"code":404,"message":"No matching resource found"}', Ditolak),
    (404, HTML, Sementara),
    (200, '{"code":0,"data":[],"message":"NIP tidak terdaftar"}', Ditolak),
    (200, '{"code":1,"count":3,"data":[{"id":"A"}]}', Sementara),  # half a page is no whole one
    (200, '{"code":1,"count":1,"data":[{"id"', Sementara),
    (200, '{"message":"success"}', Sementara),
    (200, "", Sementara),
    (200, "0", Sementara),
    (200, HTML, Sementara),
    (500, "Internal Server Error", Sementara),
    (200, '{"fault":{"code":101503,"message":"Runtime Error","description":"Error connecting"}}', Sementara),
    (401, '{"fault":{"code":101503,"message":"Runtime Error"}}', Sementara),  # 401 or not: no token helps
    (503, SUSPENDED, Sementara),
    (429, '{"fault":{"code":900802,"message":"Resource level throttle out"}}', Sementara),
    (503, '{"fault":{"code":900800,"message":"Message throttled out"}}', Sementara),
    (401, '{"fault":{"code":900901,"message":"Invalid Credentials"}}', TokenDitolak),
    (401, '{"message":"invalid or expired jwt"}', TokenDitolak),
    (200, '{"message":"invalid or expired jwt"}', TokenDitolak),
    (403, '{"message":"Token SSO mismatch"}', TokenDitolak),
    (400, '{"error":"invalid_request","error_description":"Missing parameters"}', Ditolak),
]


@pytest.mark.parametrize(("status", "text", "meant"), ANSWERS)
def test_a_read_is_rows_nothing_or_its_own_failure(status: int, text: str, meant: Any) -> None:
    kind = "text/html" if text == HTML else "application/json"
    if isinstance(meant, type):
        with pytest.raises(meant) as caught:
            jawaban.isi(jawaban.baca(status, text, kind))
        assert type(caught.value) is meant
        assert getattr(caught.value, "putus", False) is (text == SUSPENDED)
    else:
        assert jawaban.isi(jawaban.baca(status, text, kind)) == meant


ALAMAT = {
    "GET": "pns/data-utama pns/data-pasangan pns/data-anak pns/data-ortu pns/rw-jabatan pns/rw-golongan "
    "pns/rw-pendidikan pns/rw-diklat pns/rw-kursus pns/rw-sertifikasi pns/rw-penghargaan pns/rw-hukdis pns/rw-skp "
    "pns/rw-skp22 pns/rw-kinerjaperiodik pns/rw-angkakredit pns/rw-masakerja pns/rw-cltn pns/rw-tubel pns/rw-kgb "
    "pns/rw-kontrak pns/rw-pindahinstansi pns/rw-pnsunor pns/rw-pwk pns/rw-pemberhentian",
    "POST": "pns/data-utama-update jabatan/unorjabatan/save skp22/save angkakredit/save diklat/save kursus/save "
    "penghargaan/save hukdis/save sertifikasi/save kgb/save",
    "DELETE": "jabatan/delete angkakredit/delete diklat/delete kursus/delete penghargaan/delete sertifikasi/delete "
    "kgb/delete",
}


def test_every_kind_is_read_written_and_deleted_under_its_own_address() -> None:
    """Public clients deleted an award as angka kredit, and asked for promotions where pensions were meant."""
    kinds = [catatan.DATA_UTAMA, *catatan.SEMUA.values()]
    used = {
        "GET": {one.alamat.removesuffix("/{nip}") for one in kinds},
        "POST": {one.simpan for one in kinds if one.simpan},
        "DELETE": {one.hapus.removesuffix("/{id}") for one in kinds if one.hapus},
    }
    assert used == {verb: set(paths.split()) for verb, paths in ALAMAT.items()}
    for one in kinds:
        last = one.alamat.rpartition("/")[0].partition("-")[2]
        assert not one.hapus or one.hapus.startswith(f"{last}/")
        assert one.bersama or not one.simpan or one.simpan.startswith(f"{last}/")


SAVED: list[tuple[dict[str, Any], str]] = [
    ({"success": True, "message": "ok", "mapData": {"rwJabatanId": "ID-1"}}, "ID-1"),
    ({"success": True, "mapData": {"rwAngkaKreditId": "LAIN"}}, ""),  # the id of another kind is not ours
    ({"success": "true", "mapData": None}, ""), ({"code": 1, "message": "ok"}, ""),
]  # fmt: skip
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"success": False, "message": "TMT mendahului CPNS"}, "TMT mendahului CPNS"),
    ({"success": False, "message": "", "mapData": "unorId tidak aktif"}, "unorId tidak aktif"),
    ({"success": False, "mapData": None}, jawaban.TANPA_ALASAN), ({"code": 0, "message": "tidak sah"}, "tidak sah"),
]  # fmt: skip


def test_a_save_gives_its_own_id_or_the_reason() -> None:
    for found, meant in SAVED:
        assert jawaban.hasil_simpan(found, "rwJabatanId") == meant
    for found, meant in REFUSED:
        with pytest.raises(Ditolak) as caught:
            jawaban.hasil_simpan(found, "rwJabatanId")
        assert caught.value.pesan == meant


def test_a_recalculation_answers_with_capitals() -> None:
    jawaban.hasil_hitung({"Error": False, "Message": "success"})
    with pytest.raises(Ditolak, match="pns tidak ditemukan"):
        jawaban.hasil_hitung({"Error": True, "Message": "pns tidak ditemukan"})


def test_values_as_siasn_writes_them() -> None:
    days = {
        "01-03-2024": date(2024, 3, 1), "2024-03-01": date(2024, 3, 1), "2024-03-01T00:00:00+07:00": date(2024, 3, 1),
        "01-01-0001": None, "0001-01-01T00:00:00Z": None, "": None, "31-02-2024": None, None: None,
    }  # fmt: skip
    assert {text: bentuk.tanggal(text) for text in days} == days
    assert (bentuk.angka("12,5"), bentuk.angka(" 20 "), bentuk.angka("-"), bentuk.angka("NaN")) == (
        Decimal("12.5"), Decimal(20), None, None)  # fmt: skip
    assert bentuk.teks("  - Kepala\ufffd  Bidang ") == "Kepala Bidang"
    assert (bentuk.kode("A" * 42), bentuk.kode("A" * 43), bentuk.kode("null")) == ("A" * 42, "", "")
    for name in bentuk.ORANG:
        assert bentuk.orang({name: "PNS-1"}) == "PNS-1"
    paper = {"dok_id": "872", "dok_uri": "a.pdf"}
    for path, keys in (({"872": paper}, ["872"]), ([paper], ["872"]), ([], []), (None, []), ("", [])):
        assert list(bentuk.berkas({"path": path})) == keys


def certificate(folder: Path) -> str:
    """Key and certificate that nobody has signed but itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "siasn")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=9999)).sign(key, hashes.SHA256())
    )  # fmt: skip
    bare = serialization.NoEncryption()
    path = folder / "siasn.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, bare)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return str(path)


def bound(handler: type[BaseHTTPRequestHandler]) -> HTTPServer:
    for port in range(21990, 22050):
        try:
            return HTTPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
    raise OSError("no free port")


def test_a_certificate_that_is_not_trusted_gets_no_token(app: Any, tmp_path: Path) -> None:
    """Most public clients switch the check off."""
    asked: list[str] = []

    class Counter(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Auth"])

    server = bound(Counter)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    row = Setelan(alamat_api=f"https://127.0.0.1:{server.server_address[1]}", laju=Decimal(1000), batas_waktu=5)
    client = Klien(row, "token-sso", _apim="token-apim", _apim_sampai=1e12)
    with client, pytest.raises(Sementara, match="SSLError"):
        client._sekali("GET", "pns/data-utama/1")
    server.shutdown()
    server.server_close()
    assert asked == []
