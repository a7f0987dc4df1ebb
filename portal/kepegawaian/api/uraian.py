"""The description of the interface as OpenAPI 3.1, made from what the answers are made of."""

from typing import Any

from portal.kepegawaian.api import data, kunci

DAYS = ("lahir", "tmt_jabatan", "tmt_pensiun")
GALAT = {"$ref": "#/components/schemas/Galat"}
TEXT: dict[str, Any] = {"type": "string"}


def _field(one: data.Medan) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": [one.tipe, "null"], "description": f"{one.uraian}. Bidang {one.bidang}."}
    return kind | ({"format": "date"} if one.nama in DAYS else {})


def _answer(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _parameter(name: str, words: str, schema: dict[str, Any], place: str = "query") -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": words, "schema": schema}


PER_TANGGAL = _parameter("per_tanggal", "Keadaan pada tanggal ini; tanpa nilai: hari ini", {
    "type": "string", "format": "date",
})  # fmt: skip
REFUSALS = {
    code: _answer(words, GALAT)
    for code, words in {
        "400": "Parameter tidak dikenali", "401": "Kunci tidak ada, salah, atau tidak berlaku lagi",
        "429": f"Lebih dari {kunci.PER_MINUTE} panggilan dalam satu menit; `Retry-After` menyebut berapa detik lagi",
    }.items()
}  # fmt: skip
SAMA = {"description": "Sama dengan yang Anda simpan: `If-None-Match` memuat `ETag` jawaban ini"}
OF_ONE = {
    "404": _answer("Tidak ada pada tanggal itu", GALAT),
    "409": _answer("Nomor lama itu tercatat pada lebih dari satu pegawai", GALAT),
}


def _read(
    name: str, words: str, parameters: list[dict[str, Any]], schema: dict[str, Any], more: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    responses = {"200": _answer("Berhasil", schema), "304": SAMA, **REFUSALS, **more}
    return {"get": {"operationId": name, "summary": words, "parameters": [PER_TANGGAL, *parameters],
                    "security": [{"kunci": []}], "responses": responses}}  # fmt: skip


def _object(properties: dict[str, Any], needed: list[str] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties) if needed is None else needed}


def _listed(name: str) -> dict[str, Any]:
    return _object({
        "per_tanggal": {"type": "string", "format": "date"},
        "data": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
        "berikutnya": {"type": ["string", "null"], "description": "Nilai `setelah` untuk halaman berikutnya"},
    })  # fmt: skip


def _paths() -> dict[str, Any]:
    count = {"type": "integer", "minimum": 1, "maximum": data.MOST, "default": data.PAGE}
    nip = _parameter("nip", "NIP 18 angka dalam penulisan apa pun, atau nomor yang dulu dipakai", TEXT, "path")
    return {
        "/pegawai": _read("daftarPegawai", "Daftar pegawai", [
            _parameter("opd", "Kode perangkat daerah", TEXT),
            _parameter("setelah", "Nilai `berikutnya` dari halaman sebelumnya", {**TEXT, "format": "uuid"}),
            _parameter("jumlah", "Banyak baris", count),
        ], _listed("Pegawai"), {}),
        "/pegawai/{nip}": _read("satuPegawai", "Satu pegawai", [nip],
                                {"$ref": "#/components/schemas/SatuPegawai"}, OF_ONE),
        "/unit": _read("pohonUnit", "Pohon unit organisasi", [], _listed("Unit"), {}),
    }  # fmt: skip


def _schemas() -> dict[str, Any]:
    always = [one.nama for one in data.MEDAN if one.bidang == "DASAR"]
    asked = {**TEXT, "description": "Nomor yang diminta. Berbeda dari `nip` bila itu nomor lama."}
    return {
        "Pegawai": _object({one.nama: _field(one) for one in data.MEDAN}, always),
        "SatuPegawai": {"allOf": [{"$ref": "#/components/schemas/Pegawai"}, _object({data.DIMINTA: asked})]},
        "Unit": _object({
            name: {"type": ["string", "null"]}
            for name in ("kode", "nama", "jenis", "eselon", "induk_kode", "opd_kode")
        }),
        "Galat": _object({"galat": TEXT, "pesan": TEXT}),
    }  # fmt: skip


def document(base: str) -> dict[str, Any]:
    """OpenAPI of the addresses below `base`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Data kepegawaian", "version": "1", "description": (
            "Keadaan pegawai dan unit organisasi pada suatu tanggal, menurut riwayat terverifikasi. Hanya membaca. "
            "Setiap panggilan tercatat."
        )},
        "servers": [{"url": f"{base}/kepegawaian/api/v1"}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"kunci": {"type": "http", "scheme": "bearer"}}, "schemas": _schemas(),
        },
    }  # fmt: skip
