"""A small scheme: two units, five elemen, one requirement of every sifat. All fictional."""

import itertools
from typing import Any

from portal.kernel.db import db, now
from portal.sertifikasi.skema import models as m

COUNT = itertools.count(1)
UNITS = (("Memasang Tenda Keluarga", (2, 1, 2)), ("Mengatur Barak Darurat", (1, 2)))  # KUK of each elemen
REQUIREMENTS = (
    (m.DASAR, "Pendidikan minimal SMA/sederajat", m.WAJIB, "", "IJAZAH"),
    (m.DASAR, "Sertifikat pelatihan tenda", m.SALAH_SATU, "dasar-2", "SERTIFIKAT_PELATIHAN"),
    (m.DASAR, "Pengalaman tugas PB minimal 1 tahun", m.SALAH_SATU, "dasar-2", "SURAT_PENGALAMAN"),
    (m.DASAR, "Surat keterangan sehat", m.WAJIB, "", "SURAT_SEHAT"),
    (m.ADMINISTRATIF, "KTP atau paspor", m.WAJIB, "", "KTP"),
    (m.ADMINISTRATIF, "Pas foto 3x4 latar merah", m.WAJIB, "", "PAS_FOTO"),
    (m.ADMINISTRATIF, "Surat rekomendasi instansi bila diusulkan instansi", m.OPSIONAL, "", "SURAT_REKOMENDASI"),
)


def skema_versi(*, contoh: bool = False, oleh: Any = None, **changes: Any) -> m.SkemaVersi:
    """A published version 1 with everything below it. `contoh=False` is a confirmed one; `oleh` confirmed it."""
    number = next(COUNT)
    skema = add(
        m.Skema(kode=f"UJI-{number:03d}", judul=f"Petugas Tenda Uji {number}", sub_klaster="Hunian/Shelter",
                jenjang="Petugas", jenis=m.OKUPASI, urut=100 + number)
    )  # fmt: skip
    values = {
        "skema_id": skema.id, "versi": 1, "judul": skema.judul, "nomor": f"SKM/UJI/{number:03d}",
        "masa_berlaku_bulan": 36, "surveilan": [12, 24], "status": m.TERBIT, "contoh": contoh,
        "dikonfirmasi_at": None if contoh else now(), "dikonfirmasi_oleh_id": oleh.id if oleh else None,
    }  # fmt: skip
    version = add(m.SkemaVersi(**{**values, **changes}))
    standard = add(m.Standar(kode=f"SKKNI-UJI-{number}", nomor=f"Kepmenaker Uji {number} Tahun 2014"))
    for urut, (judul, sizes) in enumerate(UNITS, 1):
        made = unit(standard, f"O.84234{number % 10}.{urut:03d}.01", judul, sizes, m.SOURCED)
        add(m.SkemaUnit(skema_versi_id=version.id, unit_id=made.id, urut=urut))
    places: dict[str, int] = {}
    for kategori, teks, sifat, grup, jenis in REQUIREMENTS:
        places[kategori] = places.get(kategori, 0) + 1
        add(
            m.SkemaSyarat(skema_versi_id=version.id, kategori=kategori, urut=places[kategori], teks=teks, sifat=sifat,
                          grup=grup, jenis=jenis, status_data=m.SOURCED,
                          umur_maks_bulan=12 if jenis == "SURAT_SEHAT" else None)
        )  # fmt: skip
    version.skema = skema
    return version


def unit(standard: m.Standar, kode: str, judul: str, sizes: tuple[int, ...], status: str) -> m.UnitKompetensi:
    """A unit with an elemen per size and as many KUK in it."""
    made = add(m.UnitKompetensi(standar_id=standard.id, kode=kode, judul=judul, judul_en="", status_data=status))
    for urut, size in enumerate(sizes, 1):
        elemen = add(m.Elemen(unit_id=made.id, urut=urut, judul=f"Melakukan langkah {urut}", status_data=status))
        for place in range(1, size + 1):
            text = f"Langkah {urut}.{place} dilakukan sesuai prosedur"
            add(m.Kuk(elemen_id=elemen.id, urut=place, nomor=f"{urut}.{place}", teks=text, status_data=status))
    return made


def lisensi(version: m.SkemaVersi, mulai: Any, selesai: Any) -> m.LisensiLsp:
    """A licence of the LSP for the scheme of this version."""
    licence = add(m.LisensiLsp(nomor=f"LSP-UJI-{next(COUNT)}", mulai=mulai, selesai=selesai))
    add(m.LisensiSkema(lisensi_id=licence.id, skema_id=version.skema_id))
    return licence


def add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row
