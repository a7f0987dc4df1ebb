"""The entries behind one person of the demo city, in the order of a career."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from portal.kepegawaian.demo import rujukan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import kode
from portal.kernel.calendar import zona_waktu
from portal.kernel.demo import kota
from portal.kernel.demo.kota import BERDIRI, City, Person, Seat, Unit
from portal.kernel.demo.salin import Ids
from portal.kernel.organisation import DEFINITIF

COMMON = "id pegawai_id nomor_sk tanggal_sk pejabat tmt selesai sumber status dicatat_at"
JABATAN = COMMON + (
    " jenis_jabatan jabatan_id sub_jabatan_id nama_jabatan jenjang eselon kelas unit_id pimpinan jalur penugasan"
    " tmt_pelantikan atasan_id"
)
GOLONGAN = COMMON + " golongan jenis_kp mk_tahun mk_bulan"
PENDIDIKAN = COMMON + " tingkat prodi sekolah nomor_ijazah gelar_depan gelar_belakang pertama dicantumkan"
KEDUDUKAN = COMMON + " kode"
LAIN = COMMON + " jenis isi"
DATA = "id pegawai_id agama status_kawin alamat hp surel surel_dinas npwp tmt_cpns tmt_pns akhir_perjanjian"
WALI_KOTA = "Wali Kota Sagara"
DICATAT = datetime(2025, 1, 6, 9, 0, tzinfo=zona_waktu("Asia/Jakarta"))
EMPAT_TAHUN = 4


def head_title(unit: Unit) -> str:
    head = next((s for s in unit.seats if s.is_pimpinan and s.jenis == DEFINITIF), None)
    return head.jabatan if head else ""


class Jejak:
    """`chance` is shared by the part: the order of people decides, as everywhere in the demo."""

    def __init__(self, person: Person, city: City, names: rujukan.Nama, ids: Ids, chance: Random) -> None:
        self.person, self.city, self.names, self.ids, self.chance = person, city, names, ids, chance
        self.seats: list[Seat] = city.seats_of(person)
        nip = person.nip
        self.mulai = date(int(nip[8:12]), int(nip[12:14]) if int(nip[12:14]) <= 12 else 3, 1) if nip else BERDIRI

    def _common(self, tmt: date, selesai: date | None = None, key: str = "", seri: str = "821.2") -> list[Any]:
        number = self.chance.randint(100, 999)
        signed = tmt - timedelta(days=self.chance.randint(3, 25))
        return [key or self.ids.next(), self.person.id, f"{seri}/{number}/{signed.year}", signed, WALI_KOTA, tmt,
                selesai, r.IMPOR, r.TERVERIFIKASI, DICATAT]  # fmt: skip

    def jabatan(self) -> Iterator[list[Any]]:
        for seat in self.seats:
            kind = rujukan.kind(seat)
            key = self.names.jabatan.get((kind, seat.jabatan))
            subjects = self.names.sub.get(self.names.rumpun.get(key, ""), []) if key else []
            extra = seat.jenis != DEFINITIF
            end = seat.selesai or (seat.mulai + timedelta(days=365) if extra else None)
            boss = kota.atasan(seat, max(seat.mulai, date(2026, 1, 2)))
            yield [
                *self._common(seat.mulai, end, seat.id), kind, key,
                self.chance.choice(subjects) if subjects else None, seat.jabatan,
                rujukan.JENJANG.get(seat.jenjang, ""), seat.eselon, seat.kelas, seat.unit.id, seat.is_pimpinan,
                r.TAMBAHAN if extra else r.UTAMA, seat.jenis if extra else r.DEFINITIF, seat.mulai,
                boss.person.id if boss and boss.person is not self.person else None,
            ]  # fmt: skip

    def golongan(self) -> Iterator[list[Any]]:
        """Back from the golongan of today, four years a step; all of it before the first seat of the demo."""
        known = kode.golongan().get(self.person.golongan)
        if known is None:
            return
        last = min([s.mulai for s in self.seats if s.jenis == DEFINITIF] or [self.mulai])
        steps = [known]
        tmt = [max(min(last, date(last.year, 4, 1)), self.mulai)]
        if known.jenis == "PNS":
            ladder = [one for one in kode.golongan().values() if one.jenis == "PNS"]
            while tmt[-1].year - EMPAT_TAHUN >= self.mulai.year and steps[-1].urutan > 5:
                steps.append(ladder[steps[-1].urutan - 2])
                tmt.append(max(tmt[-1].replace(year=tmt[-1].year - EMPAT_TAHUN), self.mulai))
        for one, day in zip(reversed(steps), reversed(tmt), strict=True):
            years = max(day.year - self.mulai.year, 0)
            yield [*self._common(day, seri="823"), one.kode, "101" if day > self.mulai else "211", years, 0]

    def pendidikan(self) -> Iterator[list[Any]]:
        titles = self.person.belakang
        levels = ["17"]
        if "A.Md" in titles:
            levels.append("30")
        if any(word in titles for word in ("S.", "Ak.")) or self.person.depan.startswith(("dr", "drg")):
            levels.append("40")
        if "M." in titles:
            levels.append("45")
        if self.person.depan.startswith("Dr."):
            levels.append("50")
        born = (self.person.lahir or date(1980, 1, 1)).year
        ages = {"17": 18, "30": 21, "40": 23, "45": 30, "50": 38}
        for i, level in enumerate(levels):
            day = min(date(born + ages[level], 7, 15), date(2024, 7, 15))
            yield [*self._common(day, seri="421"), level, "", "SMK Negeri 1 Sagara" if level == "17" else
                   "Universitas Teluk Sagara", f"{self.chance.randint(10000, 99999)}/{day.year}", "",
                   titles if i == len(levels) - 1 else "", i == len(levels) - 1, True]  # fmt: skip

    def kedudukan(self) -> Iterator[list[Any]]:
        if self.person.status == "PEJABAT_NEGARA":
            return
        yield [*self._common(self.mulai, seri="813"), "71" if self.person.status == "PPPK" else "01"]
        if not self.person.aktif:
            ends = [s.selesai for s in self.seats if s.selesai]
            if ends:
                yield [*self._common(max(ends) + timedelta(days=1), seri="882"), "99"]

    def lain(self) -> Iterator[list[Any]]:
        if self.person.status == "PPPK":
            yield [*self._common(self.mulai, date(2029, 2, 28), seri="814"), "PERJANJIAN", {"ke": 1}]
        elif self.person.status == "PNS":
            pns = self.mulai.replace(year=self.mulai.year + 1)
            yield [*self._common(self.mulai, seri="813"), "CPNS_PNS", {
                "nomor_sk_pns": f"821.1/{self.chance.randint(100, 999)}/{pns.year}", "tmt_pns": pns.isoformat(),
            }]  # fmt: skip

    def data(self) -> Iterator[list[Any]]:
        contract = date(2029, 2, 28) if self.person.status == "PPPK" else None
        pns = self.mulai.replace(year=self.mulai.year + 1) if self.person.status == "PNS" else None
        phone = f"0812{self.chance.randint(10000000, 99999999)}"
        yield [
            self.ids.next(), self.person.id, self.chance.choice("112345"), self.chance.choice("1114"),
            f"Jalan Dermaga {self.chance.randint(1, 120)}, Kota Sagara", phone,
            f"{self.person.pengguna}@contoh.example", f"{self.person.pengguna}@sagara.example", "", self.mulai, pns,
            contract,
        ]  # fmt: skip
