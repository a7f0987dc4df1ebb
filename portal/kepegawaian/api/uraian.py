"""The description of the interface as OpenAPI 3.1, made from what the answers are made of."""

from typing import Any

from portal.kepegawaian.api import data, kunci

DAYS = ("lahir", "tmt_jabatan", "tmt_pensiun")


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
    code: _answer(words, {"$ref": "#/components/schemas/Galat"})
    for code, words in {
        "400": "Parameter tidak dikenali", "401": "Kunci tidak ada, salah, atau tidak berlaku lagi",
        "429": f"Lebih dari {kunci.PER_MINUTE} panggilan dalam satu menit",
    }.items()
}  # fmt: skip


def _read(words: str, parameters: list[dict[str, Any]], schema: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"summary": words, "parameters": [PER_TANGGAL, *parameters], "security": [{"kunci": []}],
                    "responses": {"200": _answer("Berhasil", schema), **REFUSALS, **more}}}  # fmt: skip


def _listed(name: str) -> dict[str, Any]:
    return {"type": "object", "properties": {
        "per_tanggal": {"type": "string", "format": "date"},
        "data": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
        "berikutnya": {"type": ["string", "null"], "description": "Nilai `setelah` untuk halaman berikutnya"},
    }}  # fmt: skip


def document(base: str) -> dict[str, Any]:
    """OpenAPI of the addresses below `base`."""
    text, count = {"type": "string"}, {"type": "integer", "minimum": 1, "maximum": data.MOST, "default": data.PAGE}
    missing = {"404": _answer("Tidak ada pada tanggal itu", {"$ref": "#/components/schemas/Galat"})}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Data kepegawaian", "version": "1", "description": (
            "Keadaan pegawai dan unit organisasi pada suatu tanggal, menurut riwayat terverifikasi. Hanya membaca. "
            "Setiap panggilan tercatat."
        )},
        "servers": [{"url": f"{base}/kepegawaian/api/v1"}],
        "paths": {
            "/pegawai": _read("Daftar pegawai", [
                _parameter("opd", "Kode perangkat daerah", text),
                _parameter("setelah", "Nilai `berikutnya` dari halaman sebelumnya", {**text, "format": "uuid"}),
                _parameter("jumlah", "Banyak baris", count),
            ], _listed("Pegawai"), {}),
            "/pegawai/{nip}": _read("Satu pegawai", [_parameter("nip", "NIP 18 angka", text, "path")],
                                    {"$ref": "#/components/schemas/Pegawai"}, missing),
            "/unit": _read("Pohon unit organisasi", [], _listed("Unit"), {}),
        },
        "components": {
            "securitySchemes": {"kunci": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Pegawai": {"type": "object", "properties": {one.nama: _field(one) for one in data.MEDAN}},
                "Unit": {"type": "object", "properties": {
                    name: {"type": ["string", "null"]}
                    for name in ("kode", "nama", "jenis", "eselon", "induk_kode", "opd_kode")
                }},
                "Galat": {"type": "object", "properties": {"galat": text, "pesan": text}},
            },
        },
    }  # fmt: skip
