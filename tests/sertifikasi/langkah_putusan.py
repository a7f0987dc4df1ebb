"""What follows the record through the screens, a step a function: pleno, SK, package, numbers, certificate, appeal."""

import io
import re
import zipfile
from typing import Any

import sqlalchemy as sa

from portal.kernel import storage
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.sertifikasi.keputusan import models as k
from tests.layar import Jendela, Layar, words
from tests.sertifikasi.langkah import SANDI, Perkara, pekerja

VERDICTS = {"K": "Catat: kompeten", "BK": "Catat: belum kompeten"}


# ---- pleno


def undang(manajer: Jendela, ketua: str, *anggota: str, tanggal: str) -> str:
    page = manajer.buka("/sertifikasi/pleno/baru")
    form = page.formulir("Buat pleno").isi(tanggal=tanggal, tempat="Ruang rapat LSP", ketua=ketua)
    form.isi(anggota=list(anggota[:1])).lagi("Buat pleno", 422)
    return form.isi(anggota=[ketua, *anggota]).tekan("Buat pleno").alamat


def bawa(manajer: Jendela, pleno: str, *cases: Perkara) -> None:
    form = manajer.buka(pleno).formulir("Bawa ke pleno ini").isi(kasus=[c.id for c in cases])
    form.tekan("Bawa ke pleno ini")
    form.lagi("Bawa ke pleno ini", 409)


def hadirkan(ketua: Jendela, pleno: str, *anggota: str) -> None:
    form = ketua.buka(pleno).formulir("Simpan kehadiran").isi(hadir=list(anggota))
    form.tekan("Simpan kehadiran")


def suara(anggota: Jendela, pleno: str, putusan: dict[str, str]) -> Layar:
    """Votes by the names of the asesi."""
    page = anggota.buka(pleno)
    rows = {nama: next(e.get("name") for e in baris(page, nama).iter("select")) for nama in putusan}
    form = page.formulir("Simpan suara saya")
    return form.isi({rows[nama]: said for nama, said in putusan.items()}).tekan("Simpan suara saya")


def baris(page: Layar, nama: str) -> Any:
    """The row of a table that begins with this name."""
    return next(tr for tr in page.pohon.iter("tr") if words(tr).startswith(nama))


def putuskan(ketua: Jendela, pleno: str, verdict: str, alasan: str = "") -> None:
    form = ketua.buka(pleno).formulir(VERDICTS[verdict])
    if alasan:
        form.lagi(VERDICTS[verdict], 422)
        form = form.isi(alasan=alasan)
    form.tekan(VERDICTS[verdict])
    form.lagi(VERDICTS[verdict], 303, 409)


def tutup(ketua: Jendela, pleno: str) -> None:
    form = ketua.buka(pleno).formulir("Tutup dan tanda tangani").isi(sandi=SANDI)
    form.isi(sandi="salah sandi ini").lagi("Tutup dan tanda tangani", 422)
    form.tekan("Tutup dan tanda tangani")
    form.lagi("Tutup dan tanda tangani", 409)


# ---- SK and package


def siapkan_sk(manajer: Jendela, pleno: str, nomor: str) -> str:
    form = manajer.buka(pleno).formulir("Siapkan SK").isi(nomor=nomor)
    page = form.tekan("Siapkan SK")
    form.lagi("Siapkan SK", 409, 422)
    return page.alamat


def tanda_sk(ketua: Jendela, sk: str) -> None:
    desk = ketua.buka("/sertifikasi/tanda-tangan")
    assert sk in desk.tautan_berisi("/sertifikasi/sk/")
    form = ketua.buka(sk).formulir("Tanda tangani SK").isi(sandi=SANDI, hubungan="TIDAK")
    form.tekan("Tanda tangani SK")
    form.lagi("Tanda tangani SK", 409)


def paket(staf: Jendela, nomor: str) -> dict[str, bytes]:
    """Asked for, drawn by the worker, opened. Returns its files."""
    form = staf.buka("/sertifikasi/paket/baru").formulir("Rakit paket").isi(nomor=nomor)
    page = form.tekan("Rakit paket")
    form.lagi("Rakit paket", 422)
    assert "sertifikasi-paket-bnsp" in pekerja()
    page = staf.buka(page.alamat)
    body = unduh(staf, page.tautan("Unduh zip"))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def unduh(jendela: Jendela, alamat: str) -> bytes:
    """Through the portal's redirect to the store, as a browser goes."""
    answer = jendela.client.get(alamat)
    assert answer.status_code == 303, f"{alamat}: {answer.status_code}"
    document = db.session.get_one(Document, alamat.rsplit("/", 1)[1])
    body = storage.get(document.kunci)
    assert body is not None
    return body


def tabel(body: bytes) -> list[list[str]]:
    """Rows of the first sheet of a workbook, texts alone."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        shared = re.findall(r"<si><t[^>]*>([^<]*)</t></si>", book.read("xl/sharedStrings.xml").decode())
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    rows = re.findall(r"<row .*?</row>", sheet, re.DOTALL)
    return [[shared[int(n)] for n in re.findall(r't="s"><v>(\d+)</v>', row)] for row in rows]


# ---- numbers, certificate


def terima_blanko(staf: Jendela, seri: str) -> None:
    form = staf.buka("/sertifikasi/blanko/terima").formulir("Masukkan ke stok").isi(seri=seri, catatan="BA 7/2026")
    assert form.tekan("Masukkan ke stok").alamat.startswith("/sertifikasi/blanko")
    form.lagi("Masukkan ke stok", 422)


def catat_nomor(staf: Jendela, *rows: str) -> Layar:
    """Looked at first, then recorded."""
    page = staf.buka("/sertifikasi/nomor")
    form = page.formulir("Periksa").isi(tabel="\n".join(rows))
    page = form.tekan("Periksa", 200)
    words = f"Catat {len(rows)} nomor"
    record = page.formulir(words)
    page = record.tekan(words, 200)
    assert f"{len(rows)} nomor tercatat" in page.kata
    record.lagi(words, 200)
    return page


def tanda_sertifikat(ketua: Jendela) -> None:
    form = ketua.buka("/sertifikasi/tanda-tangan").formulir("Tanda tangani").isi(sandi=SANDI)
    page = form.tekan("Tanda tangani", 200)
    assert "1 dari 1 sertifikat ditandatangani" in page.kata
    assert "0 dari 1 sertifikat ditandatangani" in form.lagi("Tanda tangani", 200).kata
    assert "sertifikasi-terbitkan" in pekerja()


def peristiwa(case: Perkara) -> list[str]:
    """Events of the certificate of this case."""
    query = sa.select(k.SertifikatPeristiwa.aksi).join(k.Sertifikat)
    query = query.where(k.Sertifikat.permohonan_id == case.id).order_by(k.SertifikatPeristiwa.id)
    return list(db.session.scalars(query))


# ---- acts upon a certificate


def usulkan(staf: Jendela, sertifikat: str, jenis: str, kelas: str, bukti: bool = True) -> None:
    form = (
        staf.buka(sertifikat)
        .formulir("Usulkan")
        .isi(jenis=jenis, kelas=kelas, uraian="Ditemukan dalam pemeriksaan berkala oleh LSP pada minggu ini.")
    )
    if bukti:
        form.lagi("Usulkan", 422)
        form = form.isi(bukti=(surat_pdf(), "laporan.pdf"))
    form.tekan("Usulkan")
    form.lagi("Usulkan", 409)


def surat_pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, "Laporan pemeriksaan")
    canvas.save()
    return out.getvalue()


def putuskan_usul(manajer: Jendela, sertifikat: str) -> None:
    form = manajer.buka(sertifikat).formulir("Simpan keputusan")
    form.isi(setuju="YA", putusan="Bukti cukup untuk tindakan ini.").tekan("Simpan keputusan")


def tetapkan(ketua: Jendela, sertifikat: str, kata: str) -> None:
    form = ketua.buka(sertifikat).formulir(f"Tetapkan {kata}").isi(sandi=SANDI)
    form.isi(sandi="sandi yang keliru").lagi(f"Tetapkan {kata}", 422)
    form.tekan(f"Tetapkan {kata}")
    form.lagi(f"Tetapkan {kata}", 409)


# ---- appeal


def banding(case: Perkara) -> Layar:
    page = case.hasil().ikuti("Ajukan banding")
    form = page.formulir("Kirim banding")
    form.isi(sandi=SANDI).lagi("Kirim banding", 422)
    values: dict[str, Any] = {f"jawaban-{n}": "YA" for n in (1, 2, 3)}
    values |= {"alasan": "Unit pertama dinilai tanpa alat yang tercantum pada skema.", "sandi": SANDI}
    page = form.isi(values).tekan("Kirim banding")
    form.isi(values).lagi("Kirim banding", 409)
    return page


def panel(petugas: Jendela, alamat: str, *orang: str) -> None:
    form = petugas.buka(alamat).formulir("Daftarkan banding")
    form.isi(panel=list(orang)).tekan("Daftarkan banding")


def keterangan(asesor: Jendela, alamat: str) -> None:
    form = asesor.buka(f"{alamat}/keterangan").formulir("Kirim keterangan")
    filled = form.isi(keterangan="Alat dipinjam dari balai sebelah dan setara dengan daftar.")
    filled.tekan("Kirim keterangan")
    filled.lagi("Kirim keterangan", 409)


def putuskan_banding(anggota: Jendela, alamat: str) -> None:
    anggota.buka(alamat).formulir("Buka berkas banding").tekan("Buka berkas banding")
    form = anggota.buka(alamat).formulir("Simpan putusan")
    filled = form.isi(terima="YA", putusan="Alat yang tercantum memang tidak tersedia saat itu.")
    filled.tekan("Simpan putusan")
    filled.lagi("Simpan putusan", 409)
