"""A stand-in for SIASN: real HTTP on loopback, with its shapes, its odd dates and spellings, and its faults.

Faults come by a seed: the n-th call always fares the same. The state is kept, so that duplicates can be counted.
"""

import hashlib
import json
import socket
import struct
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

POLA = "/apisiasn/1.0/"
KOSONG = {"code": 0, "data": "Data tidak ditemukan"}
BACA = {"angkakredit", "cltn", "diklat", "golongan", "hukdis", "jabatan", "kgb", "kinerjaperiodik", "kontrak",
        "kursus", "masakerja", "pemberhentian", "pendidikan", "penghargaan", "pindahinstansi", "pnsunor", "pwk",
        "sertifikasi", "skp", "skp22", "tubel"}  # fmt: skip
HASIL = {"jabatan": "rwJabatanId", "kursus": "rwKursusId", "penghargaan": "rwPenghargaanId", "hukdis": "rwHukdisId",
         "angkakredit": "rwAngkaKreditId", "skp22": "rwSkpId", "diklat": "rwDiklatId",
         "sertifikasi": "rwSertifikasiId", "kgb": "rwKgbId"}  # fmt: skip
HAPUS = {"jabatan", "angkakredit", "kursus", "penghargaan", "diklat", "sertifikasi", "kgb"}
KELUARGA = {"data-pasangan": "listPasangan", "data-anak": "listAnak", "data-ortu": ""}
UTAMA = {"agama_id": "agamaId", "alamat": "alamat", "email": "email", "email_gov": "emailGov", "nomor_hp": "noHp",
         "nomor_telpon": "noTelp", "npwp_nomor": "noNpwp", "npwp_tanggal": "tglNpwp", "nomor_bpjs": "bpjs",
         "taspen_nomor": "noTaspen", "tanggal_taspen": "tanggal_taspen", "tapera_nomor": "tapera",
         "karis_karsu": "karis_karsu", "kelas_jabatan": "kelas_jabatan", "kpkn_id": "kpknId",
         "lokasi_kerja_id": "lokasiKerjaId"}  # fmt: skip
RANGKAP = {
    "jabatan": ("nomorSk", "tmtJabatan", "tmtMutasi", "unorId", "jenisPenugasanId"),
    "kursus": ("noSertipikat", "namaKursus", "tanggalKursus"), "penghargaan": ("hargaId", "tahun"),
    "hukdis": ("skNomor", "hukumanTanggal"), "skp22": ("tahun",),
    "angkakredit": ("nomorSk", "tahunMulaiPenailan", "bulanMulaiPenailan"), "diklat": ("nomor", "tanggal"),
    "sertifikasi": ("noSertifikat", "namaSertifikasi"), "kgb": ("tmtKgb",),
}  # fmt: skip
TANPA_NIP = ("download-dok", "referensi/ref-unor", "pns/list-kp-instansi", "pns/list-pensiun-instansi")
GANGGUAN = ("html", "kosong", "nol", "runtime", "throttle", "jwt", "reset", "separuh", "500", "hilang")


class Putus(Exception):
    """The connection is reset."""


@dataclass
class Siasn:
    """`banyak`: out of 1,000 calls so many fail, in the ways of `jenis`. `naskah`: faults for the next calls, in order;
    an empty one lets a call pass. `mati_setelah`: the SSO token dies after so many calls."""

    klien: tuple[str, str] = ("kunci-uji", "rahasia-uji")
    seed: int = 0
    banyak: int = 0
    jenis: tuple[str, ...] = GANGGUAN
    naskah: list[str] = field(default_factory=list)
    mati_setelah: int = 0
    orang: dict[str, dict[str, Any]] = field(default_factory=dict)
    rw: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    unor: list[dict[str, Any]] = field(default_factory=list)
    usul_kp: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by month, yyyy-mm-dd
    usul_pensiun: list[dict[str, Any]] = field(default_factory=list)
    berkas: dict[str, bytes] = field(default_factory=dict)  # by dok_uri
    apim: set[str] = field(default_factory=set)
    sso: set[str] = field(default_factory=set)
    panggilan: Counter[str] = field(default_factory=Counter)
    terjadi: Counter[str] = field(default_factory=Counter)  # faults that came, by sort
    simpan: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tolak: Callable[[str, dict[str, Any]], str] = lambda kind, body: ""
    buang: set[str] = field(default_factory=set)  # what is sent and not kept, whatever the answer says
    nomor: int = 0
    lambat: float = 0  # seconds that the answer to the fault "lambat" takes; what it asks for is done before
    halaman: int = 0  # rows of units given at once, however many were asked for; `count` then speaks of all
    kunci: threading.RLock = field(default_factory=threading.RLock)
    sebelum: Callable[[str, str], None] = lambda method, path: None

    # ---- state

    def tambah_orang(self, nip: str, **values: Any) -> str:
        key = hashlib.md5(nip.encode()).hexdigest().upper()  # noqa: S324 - an id of 32 signs, nothing secret
        self.orang[nip] = {
            "id": key, "nipBaru": nip, "nama": "Tanpa Nama  ", "tglLahir": "15-03-1985", "jenisKelamin": "M",
            "nik": "3577011503850001", "validNik": True, "genEmailAsn": None, "unorId": "", "jabatanId": "", **values,
        }  # fmt: skip
        self.rw[nip] = {}
        return key

    def tambah(self, nip: str, kind: str, **row: Any) -> str:
        key = row.pop("id", None) or str(uuid.UUID(int=self._next()))
        self.rw[nip].setdefault(kind, []).append({"id": key, "idPns": self.orang[nip]["id"], "path": None, **row})
        return key

    def _next(self) -> int:
        self.nomor += 1
        return 10**30 + self.nomor

    def baris(self, nip: str, kind: str) -> list[dict[str, Any]]:
        return self.rw[nip].get(kind, [])

    def cari(self, kind: str, key: str) -> tuple[str, dict[str, Any]] | None:
        for nip, kinds in self.rw.items():
            for row in kinds.get(kind, []):
                if row["id"] == key:
                    return nip, row
        return None

    def rangkap(self) -> list[tuple[str, str, tuple[Any, ...]]]:
        """Rows that a person holds twice."""
        seen: Counter[tuple[str, str, tuple[Any, ...]]] = Counter()
        for nip, kinds in self.rw.items():
            for kind, names in RANGKAP.items():
                for row in kinds.get(kind, []):
                    seen[nip, kind, tuple(str(row.get(name) or "") for name in names)] += 1
        return [key for key, count in seen.items() if count > 1]

    # ---- faults

    def gangguan(self, path: str) -> str:
        self.panggilan["semua"] += 1
        count = self.panggilan["semua"]
        if self.mati_setelah and count >= self.mati_setelah:
            self.mati_setelah = 0
            self.sso.clear()
        if path.endswith("/oauth2/token"):
            return ""
        if self.naskah:
            return self.naskah.pop(0)
        mark = int.from_bytes(hashlib.sha256(f"{self.seed}:{count}".encode()).digest()[:4], "big")
        if mark % 1000 >= self.banyak:
            return ""
        found = self.jenis[(mark // 1000) % len(self.jenis)]
        self.terjadi[found] += 1
        return found

    # ---- answers

    def jawab(  # noqa: PLR0911 - one line a path
        self, method: str, path: str, query: dict[str, str], headers: Any, body: bytes
    ) -> tuple[int, Any]:
        if path == "/oauth2/token":
            return self._apim(headers, body)
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self.apim:
            return 401, {"fault": {"code": 900901, "message": "Invalid Credentials"}}
        if headers.get("Auth", "").removeprefix("bearer ") not in self.sso:
            return 401, {"message": "invalid or expired jwt"}
        parts = path.removeprefix(POLA).split("/")
        if method == "GET":
            return self._read(parts, query)
        if method == "DELETE" and len(parts) == 3 and parts[1] == "delete":
            return self._delete(parts[0], parts[2])
        if method == "POST" and parts == ["pns", "data-utama-update"]:
            return self._update(json.loads(body))
        if method == "POST" and parts[-1] == "save":
            return self._save(parts[0], json.loads(body))
        if method == "POST" and parts == ["upload-dok-rw"]:
            return self._upload(headers, body)
        return 404, {"code": 404, "message": "No matching resource found"}

    def _apim(self, headers: Any, body: bytes) -> tuple[int, Any]:
        import base64

        pair = base64.b64decode(headers.get("Authorization", "").removeprefix("Basic ")).decode()
        if pair != ":".join(self.klien) or b"grant_type=client_credentials" not in body:
            return 401, {"error": "invalid_client", "error_description": "A valid OAuth client could not be found"}
        token = f"apim-{self._next()}"
        self.apim.add(token)
        return 200, {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}

    def _read(self, parts: list[str], query: dict[str, str]) -> tuple[int, Any]:  # noqa: PLR0911 - one line a path
        if "/".join(parts) in TANPA_NIP:
            return self._list("/".join(parts), query)
        if parts[:2] in (["pns", "data-utama-jabatansync"], ["pns", "data-utama-golongansync"]):
            return self._sync(parts[1], query.get("pns_orang_id", ""))
        if parts[0] != "pns" or len(parts) != 3 or parts[2] not in self.orang:
            return 404, KOSONG
        if parts[1] in KELUARGA:
            return self._family(parts[2], parts[1])
        if parts[1] == "data-utama":
            return 200, {"code": 1, "data": self.orang[parts[2]]}
        kind = parts[1].removeprefix("rw-")
        if kind not in BACA:
            return 404, {"code": 404, "message": "No matching resource found"}
        rows = self.baris(parts[2], kind)
        if not rows:
            return (404 if self.panggilan["semua"] % 3 else 200), KOSONG
        return 200, {"code": 1, "count": len(rows), "data": rows}

    def _list(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        """What is not asked by NIP."""
        if path == "download-dok":
            held = self.berkas.get(query.get("filePath", ""))
            return (200, held) if held else (404, {"code": 0, "message": "Berkas tidak ditemukan"})
        if path == "referensi/ref-unor":
            return self._page(self.unor, query)
        if path == "pns/list-kp-instansi":
            return self._page(self.usul_kp.get(query.get("periode", ""), []), query)
        first, last = (_order(query[name]) for name in ("tglAwal", "tglAkhir"))
        rows = [row for row in self.usul_pensiun if first <= _order(row["tmtPensiun"][:10]) <= last]
        return (200, {"code": 1, "count": len(rows), "data": rows}) if rows else (404, KOSONG)

    def _page(self, rows: list[dict[str, Any]], query: dict[str, str]) -> tuple[int, Any]:
        start, most = int(query.get("offset", 0)), int(query.get("limit", 10))
        held = rows[start : start + (min(self.halaman, most) if self.halaman else most)]
        if not rows:
            return 404, KOSONG
        return 200, {"code": 1, "count": len(rows) if self.halaman else len(held), "data": held}

    def _family(self, nip: str, path: str) -> tuple[int, Any]:
        """A marriage and a child lie in a list beside whose they are, each parent under a key of its own."""
        rows = self.baris(nip, path.removeprefix("data-"))
        if not rows:
            return 404, KOSONG
        head = {"idPns": self.orang[nip]["id"], "nipBaru": nip, "nipLama": ""}
        if KELUARGA[path]:
            return 200, {"code": 1, "data": {**head, KELUARGA[path]: rows}}
        parents = {"M": "ayah", "F": "ibu"}
        held = {parents[row["jenisKelamin"]]: row for row in rows}
        return 200, {"code": 1, "data": {**head, "ayah": held.get("ayah"), "ibu": held.get("ibu")}}

    def _update(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Data utama. What is left out is emptied, the worst that it may do; it answers with a code."""
        self.simpan.append(("datautama", body))
        refusal = self.tolak("datautama", body)
        person = next((one for one in self.orang.values() if one["id"] == body.get("pns_orang_id")), None)
        if refusal or person is None:
            return 200, {"code": 0, "message": refusal or "Data PNS tidak ditemukan"}
        person.update({read: None if name in self.buang else body.get(name) or None for name, read in UTAMA.items()})
        return 200, {"code": 1, "message": "Data berhasil disimpan"}

    def _sync(self, path: str, key: str) -> tuple[int, Any]:
        """Data utama keeps the old jabatan, the old golongan, until it is asked to look at the history."""
        for nip, person in self.orang.items():
            if person["id"] == key and "hitung" not in self.buang:
                if path == "data-utama-golongansync":
                    return self._sync_golongan(nip, person)
                held = [row for row in self.baris(nip, "jabatan") if row.get("jenisPenugasanId", "D") == "D"]
                last = max(held, key=lambda row: _order(row.get("tmtMutasi") or row["tmtJabatan"]), default=None)
                if last:
                    person["unorId"] = last["unorId"]
                self.panggilan["hitung"] += 1
                return 200, {"Error": False, "Message": "success"}
        return 200, {"Error": True, "Message": "pns tidak ditemukan"}

    def _sync_golongan(self, nip: str, person: dict[str, Any]) -> tuple[int, Any]:
        self.panggilan["hitung golongan"] += 1
        if "golongan" not in self.buang:
            last = max(self.baris(nip, "golongan"), key=lambda row: _order(row["tmtGolongan"]))
            person |= {"golRuangAkhirId": last["golonganId"], "golRuangAkhir": last["golongan"]}
        return 200, {"Error": False, "Message": "success"}

    def _save(self, kind: str, body: dict[str, Any]) -> tuple[int, Any]:
        if kind not in HASIL:
            return 404, {"code": 404, "message": "No matching resource found"}
        self.simpan.append((kind, body))
        owner = next((body[name] for name in ("pnsId", "pnsOrangId", "pnsDinilaiOrang") if body.get(name)), "")
        nip = next((nip for nip, person in self.orang.items() if person["id"] == owner), None)
        refusal = self.tolak(kind, body)
        if nip is None or refusal:
            return 200, {"success": False, "mapData": refusal or "Data PNS tidak ditemukan", "message": ""}
        row = TULIS[kind](body)
        held = self.cari(kind, body.get("id") or "")
        if body.get("id") and held is None:
            return 200, {"success": False, "message": "Id riwayat tidak ditemukan"}
        if held is not None:
            held[1].update(row)
            key = held[1]["id"]
        else:
            key = self.tambah(nip, kind, **row)
        return 200, {"success": True, "message": "Data berhasil disimpan", "mapData": {HASIL[kind]: key}}

    def _delete(self, kind: str, key: str) -> tuple[int, Any]:
        held = self.cari(kind, key) if kind in HAPUS else None
        if held is None:
            return 404, {"code": 0, "data": "Data tidak ditemukan"}
        self.rw[held[0]][kind].remove(held[1])
        self.panggilan[f"hapus {kind}"] += 1
        return 200, {"success": True, "message": "success"}

    def _upload(self, headers: Any, body: bytes) -> tuple[int, Any]:
        message = BytesParser(policy=HTTP).parsebytes(
            b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body
        )
        fields = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
                  for part in message.iter_parts()}  # fmt: skip
        key, dok = fields["id_riwayat"].decode(), fields["id_ref_dokumen"].decode()
        for kind in HASIL:
            held = self.cari(kind, key)
            if held is not None:
                uri = f"peremajaan/usulan/{key}_{dok}.pdf"
                path = held[1]["path"] if isinstance(held[1].get("path"), dict) else {}
                path[dok] = {"dok_id": dok, "dok_nama": "Dokumen", "dok_uri": uri, "object": uri, "slug": dok}
                held[1]["path"] = path
                self.berkas[uri] = fields["file"]
                if "file" in self.buang:
                    held[1]["path"] = None
                self.panggilan["berkas"] += 1
                return 200, {"success": True, "message": "success", "path": uri}
        return 200, {"success": False, "message": "riwayat tidak ditemukan"}


def _order(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in reversed(text.split("-")))


def _jabatan(body: dict[str, Any]) -> dict[str, Any]:
    names = (
        "unorId",
        "jenisJabatan",
        "jabatanFungsionalId",
        "jabatanFungsionalUmumId",
        "eselonId",
        "subJabatanId",
        "jenisMutasiId",
        "jenisPenugasanId",
        "nomorSk",
        "tanggalSk",
        "tmtJabatan",
        "tmtMutasi",
        "tmtPelantikan",
    )
    return {name: body.get(name) or None for name in names} | {"namaJabatan": "  - Jabatan  ", "tmtSpmt": "01-01-0001"}


def _kursus(body: dict[str, Any]) -> dict[str, Any]:
    names = ("namaKursus", "jenisDiklatId", "institusiPenyelenggara", "tanggalKursus", "tanggalSelesaiKursus")
    return {name: body.get(name) for name in names} | {
        "noSertipikat": body.get("nomorSertipikat"), "jumlahJam": str(body.get("jumlahJam")),
        "tahunKursus": str(body.get("tahunKursus")),
    }  # fmt: skip


def _hukdis(body: dict[str, Any]) -> dict[str, Any]:
    names = ("jenisTingkatHukumanId", "jenisHukumanId", "skNomor", "skTanggal", "hukumanTanggal", "masaTahun",
             "masaBulan", "nomorPp")  # fmt: skip
    return {name: body.get(name) for name in names} | {"akhirHukumTanggal": body.get("akhirHukumanTanggal")}


def _penghargaan(body: dict[str, Any]) -> dict[str, Any]:
    return {"hargaId": body["hargaId"], "skNomor": body["skNomor"], "skDate": body["skDate"],
            "tahun": str(body["tahun"])}  # fmt: skip


def _diklat(body: dict[str, Any]) -> dict[str, Any]:
    names = ("latihanStrukturalId", "nomor", "tanggal", "tanggalSelesai", "institusiPenyelenggara")
    return {name: body.get(name) for name in names} | {
        "jumlahJam": str(body["jumlahJam"]), "tahun": str(body["tahun"]),
    }  # fmt: skip


def _sertifikasi(body: dict[str, Any]) -> dict[str, Any]:
    """Written and read under different names."""
    names = ("namaSertifikasi", "lembagaSertifikasiId", "lembagaSertifikasiNama", "masaBerlakuSertMulai")
    return {name: body.get(name) for name in names} | {
        "noSertifikat": body["nomorSertifikat"], "masaBerlakuSertSelesai": body["masaBerlakuSertSelasai"],
    }  # fmt: skip


def _kgb(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body.get(name) for name in ("nomorSk", "tanggalSk", "gajiLama", "gajiBaru", "masaKerja")} | {
        "tmtKgb": body["tmtGajiBaru"],
    }  # fmt: skip


def _same(body: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in body.items() if name not in ("id", "path", "pnsId", "pnsDinilaiOrang")}


TULIS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "jabatan": _jabatan, "kursus": _kursus, "hukdis": _hukdis, "penghargaan": _penghargaan, "angkakredit": _same,
    "skp22": _same, "diklat": _diklat, "sertifikasi": _sertifikasi, "kgb": _kgb,
}  # fmt: skip


class Loket(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer
    disable_nagle_algorithm = True
    siasn: Siasn

    def log_message(self, *args: Any) -> None:
        """Silent."""

    def answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.siasn.sebelum(self.command, parts.path)
        with self.siasn.kunci:
            fault = self.siasn.gangguan(parts.path)
            if fault and fault not in ("separuh", "hilang", "lambat"):
                self._fault(fault)
                return
            status, found = self.siasn.jawab(self.command, parts.path, query, self.headers, body)
            text = found if isinstance(found, bytes) else json.dumps(found).encode()
        if fault == "hilang":
            self._reset()
            return
        if fault == "lambat":
            time.sleep(self.siasn.lambat)
        self._send(status, text[: len(text) // 2] if fault == "separuh" else text)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names the server calls

    def _fault(self, name: str) -> None:
        if name == "reset":
            self._reset()
            return
        status, text = {
            "html": (200, b"<html><body><h1>Bad Gateway</h1></body></html>"), "kosong": (200, b""), "nol": (200, b"0"),
            "runtime": (500, b'{"fault":{"code":101503,"message":"Runtime Error","description":"Error connecting"}}'),
            "suspended": (503, b'{"fault":{"code":303001,"message":"Runtime Error","description":"Currently , Address '
                               b'endpoint : [ SIASN ] [ State ] : SUSPENDED"}}'),
            "kode": (200, b'{"code":false,"data":null,"message":"Terjadi kesalahan pada server"}'),
            "tanpa": (200, b'{"message":"success"}'),
            "throttle": (429, b'{"fault":{"code":900802,"message":"Resource level throttle out"}}'),
            "jwt": (401, b'{"message":"invalid or expired jwt"}'), "500": (500, b"Internal Server Error"),
        }[name]  # fmt: skip
        if name == "jwt":
            self.siasn.apim.clear()
        self._send(status, text)

    def _send(self, status: int, text: bytes) -> None:
        kind = {b"<": "text/html", b"%": "application/pdf"}.get(text[:1], "application/json")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def layani(self, siasn: Siasn) -> None:
        """From now on it answers with this state."""
        self.RequestHandlerClass.siasn = siasn  # type: ignore[attr-defined]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was reset is no news."""


@contextmanager
def jalan(siasn: Siasn, port: int = 0) -> Iterator[str]:
    """The stand-in on a free port below 32768; its base address."""
    with loket(siasn, port) as server:
        yield alamat(server)


def alamat(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


@contextmanager
def loket(siasn: Siasn, port: int = 0) -> Iterator[Server]:
    """A server whose state is `server.layani(other)` away from another one."""
    server = _bound(siasn, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _bound(siasn: Siasn, port: int) -> Server:
    handler = type("LoketSiasn", (Loket,), {"siasn": siasn})
    for number in [port] if port else range(21800, 21990):
        try:
            return Server(("127.0.0.1", number), handler)
        except OSError:
            continue
    raise OSError("no free port")
