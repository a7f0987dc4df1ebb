"""What was typed into the form of a plan, as the plan keeps it: texts, whole numbers, keys."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.unor import rencana
from portal.kernel import numbers
from portal.kernel.pages.isian import Isian

JENIS = (
    ("PEMDA", "Pemerintah daerah"), ("PD", "Perangkat daerah"), ("SEKRETARIAT", "Sekretariat"), ("BIDANG", "Bidang"),
    ("BAGIAN", "Bagian"), ("SUBBAGIAN", "Subbagian"), ("SEKSI", "Seksi"), ("UPT", "UPT"), ("SEKOLAH", "Sekolah"),
    ("KELURAHAN", "Kelurahan"), ("KELOMPOK", "Kelompok jabatan fungsional"), ("LAIN", "Lainnya"),
)  # fmt: skip
ESELON = ("", *dict.fromkeys(one.kode for one in kode.eselon().values() if one.kode and one.kode != "NON"))
DENGAN_NILAI = (rencana.UBAH, rencana.BARU)
BANYAK = (rencana.GABUNG, rencana.PECAH, rencana.TUTUP, rencana.SEMBUNYIKAN, rencana.TAMPILKAN)
BERTANGGAL = (rencana.UBAH, rencana.BARU, rencana.GABUNG, rencana.PECAH, rencana.TUTUP)
BERPENGGANTI = (rencana.GABUNG, rencana.PECAH)
JALUR = {jenis.lower(): jenis for jenis in rencana.JUDUL}  # part of the address: kind


@dataclass
class FormRencana:
    """`rencana` is complete only while `isian.galat` is empty."""

    jenis: str
    isian: Isian
    unit_ids: list[uuid.UUID] = field(default_factory=list)
    pengganti_ids: list[uuid.UUID] = field(default_factory=list)
    rencana: dict[str, Any] = field(default_factory=dict)

    @property
    def induk_id(self) -> uuid.UUID | None:
        return keys([self.isian["induk_id"]])[0] if keys([self.isian["induk_id"]]) else None

    @property
    def hari(self) -> date | None:
        return Isian(self.isian.form).tanggal("tanggal", "", required=False)


def keys(texts: list[str]) -> list[uuid.UUID]:
    """Keys among texts, each once; what is none is left out."""
    found: list[uuid.UUID] = []
    for text in texts:
        try:
            key = uuid.UUID(text)
        except ValueError:
            continue
        if key not in found:
            found.append(key)
    return found


def read(jenis: str, form: MultiDict[str, str]) -> FormRencana:
    isian = Isian(form)
    typed = FormRencana(jenis, isian, keys(form.getlist("unit_ids")), keys(form.getlist("pengganti_ids")))
    plan: dict[str, Any] = {}
    if jenis in BERTANGGAL:
        day = isian.tanggal("tanggal", "Tanggal berlaku")
        if day and not 1945 <= day.year < 2200:
            isian.galat["tanggal"] = "Tanggal berlaku: periksa tahunnya"
        plan["tanggal"] = day.isoformat() if day else ""
    plan["dasar"] = isian.teks("dasar", "Dasar", min_=5, maks=200)
    if jenis in DENGAN_NILAI:
        _values(typed, plan)
    if jenis in BANYAK:
        _many(typed, plan)
    typed.rencana = plan
    return typed


def _values(typed: FormRencana, plan: dict[str, Any]) -> None:
    isian = typed.isian
    plan |= {
        "nama": isian.teks("nama", "Nama unit", min_=3, maks=200),
        "singkatan": isian.teks("singkatan", "Singkatan", maks=40),
        "nama_jabatan": isian.teks("nama_jabatan", "Jabatan pimpinan", maks=200),
        "jenis": isian.pilihan("jenis", "Jenis", [kind for kind, _ in JENIS] + [isian["jenis"]]) or "",
        "eselon": isian.pilihan("eselon", "Eselon", ESELON) or "",
        "urut": _whole(isian, "urut", "Urutan", 999) or 0,
        "formasi": _whole(isian, "formasi", "Formasi", 9999),
    }  # fmt: skip
    if not plan["jenis"]:
        isian.galat["jenis"] = "Jenis: pilih salah satu"
    if typed.jenis == rencana.BARU:
        plan["kode"] = isian.teks("kode", "Kode unit", min_=1, maks=40)
        if typed.induk_id is None:
            isian.galat["induk_id"] = "Induk: cari lalu pilih unit di atasnya"
    else:
        plan["unit_id"] = isian["unit_id"]
        if not keys([plan["unit_id"]]):
            isian.galat["unit_id"] = "Unit: buka dari halaman unitnya"
    if typed.induk_id is not None:
        plan["induk_id"] = str(typed.induk_id)


def _many(typed: FormRencana, plan: dict[str, Any]) -> None:
    single = typed.jenis == rencana.PECAH
    if not typed.unit_ids:
        typed.isian.galat["unit_ids"] = "Unit: cari lalu pilih sedikitnya satu"
    elif single and len(typed.unit_ids) > 1:
        typed.isian.galat["unit_ids"] = "Unit: pilih satu yang dipecah"
    elif typed.jenis == rencana.GABUNG and len(typed.unit_ids) + len(typed.pengganti_ids) < 2:
        typed.isian.galat["unit_ids"] = "Unit: pilih unit yang digabung"
    plan["unit_ids"] = [str(key) for key in typed.unit_ids]
    if typed.jenis in BERPENGGANTI:
        least = 2 if single else 1
        if len(typed.pengganti_ids) < least:
            words = "sedikitnya dua unit pengganti" if single else "unit pengganti"
            typed.isian.galat["pengganti_ids"] = f"Pengganti: pilih {words}"
        plan["pengganti_ids"] = [str(key) for key in typed.pengganti_ids]


def _whole(isian: Isian, name: str, label: str, most: int) -> int | None:
    text = isian[name]
    if not text:
        return None
    found = numbers.whole(text, 0, most)
    if found is None:
        isian.galat[name] = f"{label}: isi dengan angka sampai {most}"
    return found
