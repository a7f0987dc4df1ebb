"""Gives every piece of evidence its file, and puts the files into the store."""

import hashlib
import textwrap
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from portal.kernel import storage
from portal.kernel.calendar import HARI, bulan_tahun, tanggal
from portal.kernel.demo.kota import Seat
from portal.kernel.demo.nama import read
from portal.kernel.demo.salin import Ids
from portal.kernel.documents import content_key
from portal.kernel.numbers import angka
from portal.kinerja.demo import berkas
from portal.kinerja.demo.bulan import Baris, Bukti, Bundel

PDF, JPG, PNG = "application/pdf", "image/jpeg", "image/png"
MIMES = {"pdf": PDF, "jpg": JPG, "png": PNG}
SCENES = {
    **dict.fromkeys(("perawat", "bidan", "dokter", "apoteker", "kesmas"), berkas.CLINIC),
    **dict.fromkeys(("polisi-pp", "teknik-jalan", "kewilayahan"), berkas.STREET), "penyuluh-pertanian": berkas.FIELD,
}  # fmt: skip
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(slots=True)
class Isi:
    """A stored content: hash, type, size in bytes."""

    sha256: str
    mime: str
    ukuran: int


@dataclass(slots=True)
class Berkas:
    """A row of the documents table to be written."""

    id: str
    pemilik: str
    nama: str
    isi: Isi
    waktu: Any


class Store:
    """Uploads in the background of the load; each content once."""

    def __init__(self) -> None:
        self.client, self.bucket = storage.s3(), storage.config().s3_bucket
        self.pool = ThreadPoolExecutor(6)
        self.running: list[Future[Any]] = []
        self.seen: set[str] = set()
        self.shared: dict[tuple[str, str], Isi] = {}

    def put(self, body: bytes, mime: str) -> Isi:
        sha256 = hashlib.sha256(body).hexdigest()
        if sha256 not in self.seen:
            self.seen.add(sha256)
            self.running.append(self.pool.submit(self._send, sha256, body, mime))
        return Isi(sha256, mime, len(body))

    def _send(self, sha256: str, body: bytes, mime: str) -> None:
        self.client.put_object(
            Bucket=self.bucket, Key=content_key(sha256), Body=body, ContentType=mime, Metadata={"sha256": sha256}
        )

    def finish(self) -> int:
        """Wait for every upload. Raises what the first failed one raised."""
        for future in self.running:
            future.result()
        self.pool.shutdown()
        return len(self.seen)


class Archive:
    """Evidence of one load: a file per title from month `recent` on, one report a month before that."""

    def __init__(self, store: Store, ids: Ids, recent: int, mass: bool) -> None:
        self.store, self.ids, self.recent, self.mass = store, ids, recent, mass

    def file(self, kb: Bundel, every: bool) -> list[Berkas]:
        """Files of a month: one per title for the latest months, one report for the whole month before that."""
        titles = [(row, one) for row in kb.rows for one in row.bukti]
        if not titles or kb.mulai_at is None:
            return []
        if self.mass:
            return self._pooled(kb, titles)
        if kb.bulan >= self.recent or every or kb.seat.person.contoh:
            return self._each(kb, titles)
        return self._monthly(kb)

    def _each(self, kb: Bundel, titles: list[tuple[Baris, Bukti]]) -> list[Berkas]:
        files = []
        for i, (row, one) in enumerate(titles):
            if one.sama_dengan is not None:
                one.dokumen_id = one.sama_dengan.dokumen_id
                continue
            if one.tautan:
                continue
            files.append(self._stored(kb, one, self._body(kb, row, one, i)))
        return files

    def _stored(self, kb: Bundel, one: Bukti, body: bytes) -> Berkas:
        isi = self.store.put(body, MIMES[one.nama.rpartition(".")[2]])
        one.dokumen_id = self.ids.next()
        return Berkas(one.dokumen_id, kb.seat.person.user_id, one.nama, isi, kb.mulai_at)

    def _body(self, kb: Bundel, row: Baris, one: Bukti, number: int) -> bytes:
        if one.jenis == "foto":
            random, comment = kb.rencana.random, f"{kb.id}{row.hasil.urut}{number}"
            if one.nama.endswith("png"):
                return berkas.screenshot(random.randrange(8), comment)
            kind = random.choice(SCENES.get(kb.seat.rumpun, berkas.INDOORS))
            return berkas.photo(kind + len(berkas.SCENES) * random.randrange(4), comment)
        pd = kb.seat.unit.pd or kb.seat.unit
        return berkas.document(one.jenis, pd.nama, _address(pd.alamat, pd.telepon), _values(kb, row, one))

    def _monthly(self, kb: Bundel) -> list[Berkas]:
        """Older months: each row points to the person's report of that month."""
        pd = kb.seat.unit.pd or kb.seat.unit
        when = date(kb.rencana.tahun, kb.bulan, 27)
        name = f"Laporan kinerja {bulan_tahun(kb.rencana.tahun, kb.bulan)} {kb.seat.person.nama}.pdf"
        first = next(one for row in kb.rows for one in row.bukti)
        report = Bukti(first.id, "bulanan", "Laporan kinerja bulanan", name, when)
        body = berkas.document("bulanan", pd.nama, _address(pd.alamat, pd.telepon), _report_values(kb, report))
        stored = self._stored(kb, report, body)
        for row in kb.rows:
            if row.bukti:
                row.bukti = [report]
                if kb.terakhir:
                    kb.terakhir[str(row.hasil.urut)]["bukti"] = [name]
        return [stored]

    def _pooled(self, kb: Bundel, titles: list[tuple[Baris, Bukti]]) -> list[Berkas]:
        """Thousands of people share a few hundred contents: hashes repeat, rows do not."""
        files = []
        for row, one in titles:
            if one.tautan:
                continue
            ending = one.nama.rpartition(".")[2]
            key = (ending + one.jenis, f"{kb.seat.rumpun}{kb.rencana.random.randrange(4)}")
            if key not in self.store.shared:
                self.store.shared[key] = self.store.put(self._body(kb, row, one, 0), MIMES[ending])
            one.dokumen_id = self.ids.next()
            files.append(Berkas(one.dokumen_id, kb.seat.person.user_id, one.nama, self.store.shared[key], kb.mulai_at))
        return files


def _address(alamat: str, telepon: str) -> str:
    return f"{alamat}, Telepon {telepon}"


def _party(prefix: str, seat: Seat) -> dict[str, str]:
    return {
        f"{prefix}nama": seat.person.lengkap,
        f"{prefix}jabatan": seat.sebutan,
        f"{prefix}nip": seat.person.nip or "-",
    }


def _common(kb: Bundel, one: Bukti) -> dict[str, str]:
    day = one.tanggal if one.tanggal.weekday() < 5 else one.tanggal - timedelta(days=one.tanggal.weekday() - 4)
    urut = 100 + int(one.id[-4:], 16) % 800
    code = (kb.seat.unit.pd or kb.seat.unit).singkat.replace("Kec. ", "KEC-").upper()
    return {
        "judul": one.judul.upper(), "nomor": f"Nomor 800/{urut}/{code}/{ROMAN[day.month - 1]}/{day.year}",
        "hari": f"{HARI[day.weekday()]}, {tanggal(day)}", "tanggal": tanggal(day), "unit": kb.seat.unit.nama,
        **_party("p", kb.seat), **_party("a", kb.penilai),
    }  # fmt: skip


def _values(kb: Bundel, row: Baris, one: Bukti) -> dict[str, str]:
    """What the gaps of a document say: the figures and sentences of its row."""
    satuan = row.hasil.satuan
    pendukung, penghambat, rtl = row.faktor
    told = row.keterangan or f"{row.hasil.renaksi} terlaksana sesuai rencana bulan ini."
    trouble = (
        f"{penghambat}. Tindak lanjut: {rtl}." if penghambat else "Tidak ada kendala yang memengaruhi target bulan ini."
    )
    help_text = f"{pendukung}." if pendukung else "Pekerjaan dilaksanakan bersama tim unit kerja."
    common = _common(kb, one)
    return {
        **common, "kegiatan": row.hasil.renaksi, "target": f"{angka(row.target)} {satuan}",
        "realisasi": f"{angka(row.realisasi)} {satuan}",
        **berkas.wrapped("isi", f"{told} Kegiatan ini mendukung {_lower(row.hasil.uraian)}.", 4),
        **berkas.wrapped("dukung", help_text, 3), **berkas.wrapped("hambat", trouble, 4),
        **berkas.wrapped("pembuka", f"Pada hari ini, {common['hari']}, kami yang bertanda tangan di bawah ini:", 2),
        **berkas.wrapped("penutup", "Demikian dibuat dengan sebenarnya untuk dipergunakan seperlunya.", 2),
        "sifat": "Biasa", "kepada": "Kepala perangkat daerah terkait", **_weeks(row, kb.rencana.random),
        **_attendants(kb),
    }  # fmt: skip


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _weeks(row: Baris, random: Random) -> dict[str, str]:
    """The month's result week by week; the sum is the reported figure."""
    total = row.realisasi or 0
    found = {f"uraian{i}": f"Minggu ke-{i}" for i in range(1, 6)}
    found["uraian6"], found["jumlah6"] = "Jumlah", angka(total)
    if isinstance(total, int):
        cuts = sorted(random.randint(0, total) for _ in range(4))
        shares = [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]
        found.update({f"jumlah{i}": angka(n) for i, n in enumerate(shares, 1)})
    return found


@cache
def _guests() -> list[str]:
    regions = read("nama")["daerah"]
    return [
        f"{r[kind][i]} {(r.get('marga') or r[f'belakang_{kind}'])[i]}"
        for i in range(8) for r in regions for kind in ("pria", "wanita")
    ]  # fmt: skip


def _attendants(kb: Bundel) -> dict[str, str]:
    chosen = kb.rencana.random.sample(_guests(), 12)
    own = (kb.seat.unit.pd or kb.seat.unit).singkat
    places = [own, "Bappeda", own, "Kelurahan Pandan Wangi", own]
    found = {f"hadir{i}": name for i, name in enumerate(chosen, 1)}
    return found | {f"asal{i}": places[i % len(places)] for i in range(1, 13)}


def _report_values(kb: Bundel, one: Bukti) -> dict[str, str]:
    values = {**_common(kb, one), "kegiatan": f"Kinerja {bulan_tahun(kb.rencana.tahun, kb.bulan)}"}
    for i, row in enumerate(kb.rows[:5], 1):
        first, second = _two_lines(row.hasil.uraian)
        values |= {f"no{i}": str(i), f"rhk{i}a": first, f"rhk{i}b": second}
        values |= {f"target{i}": f"{angka(row.target)} {row.hasil.satuan}", f"realisasi{i}": angka(row.realisasi)}
    return values | berkas.wrapped("isi", kb.ringkasan or "Rencana bulan ini dilaksanakan bersama tim.", 4)


def _two_lines(text: str) -> tuple[str, str]:
    first, second, *_ = [*textwrap.wrap(text, 50), "", ""]
    return first, second
