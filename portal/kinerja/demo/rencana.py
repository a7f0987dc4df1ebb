"""The year's plan of a seat: SKP, RHK with indikator, renaksi for twelve months, perilaku, lampiran."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from portal.kernel.demo.kota import Seat
from portal.kernel.demo.salin import Ids, dice
from portal.kinerja.demo.naskah import Number, Writer, umum
from portal.kinerja.models import ASPEK_PERILAKU, JUMLAH, KUANTITAS, NAIK, RATA2, TAMBAHAN, UTAMA

FRACTIONS = ("persen", "skor", "indeks")
SITI = {"modul pelatihan": 4, "uji kompetensi": 25, "bank soal": 40, "jam pelajaran pegawai": 45}  # monthly targets
HALF_FILLED = "siti.rahmawati"


@dataclass(slots=True)
class Ukuran:
    id: str
    aspek: str
    uraian: str
    satuan: str
    target_min: Number
    target_maks: Number
    polaritas: str
    akumulasi: str


@dataclass(slots=True)
class Hasil:
    """One RHK with its measures and twelve monthly targets."""

    id: str
    isi: dict[str, Any]
    urut: int
    jenis: str
    klasifikasi: str
    uraian: str
    renaksi: str
    satuan: str
    target: list[Number]
    indikator: list[Ukuran]
    atas: "Hasil | None" = None

    @property
    def kait(self) -> str:
        return str(self.isi["kait"])


@dataclass(slots=True)
class Rencana:
    """An SKP as it was set; `mulai` and `selesai` are first and last day."""

    id: str
    seat: Seat
    atasan: Seat | None
    tahun: int
    mulai: date
    selesai: date
    writer: Writer
    random: Random
    status: str = "DITETAPKAN"
    rhk: list[Hasil] = field(default_factory=list)
    perilaku: dict[str, str] = field(default_factory=dict)
    lampiran: dict[str, list[str]] = field(default_factory=dict)

    def covers(self, bulan: int) -> bool:
        return self.mulai.month <= bulan <= self.selesai.month


def plan(seat: Seat, boss: Seat | None, above: Rencana | None, tahun: int, ids: Ids, seed: int) -> Rencana:
    """A plan that supports the plan above it. The same seat, year and seed give the same plan."""
    random = dice(f"{seed}:{tahun}:{seat.id}")
    family = seat.rumpun
    urusan = seat.unit.urusan or (seat.unit.pd or seat.unit).urusan
    writer = Writer(random, family, urusan, "smp" if "SMP" in seat.unit.nama else "")
    first, last = date(tahun, 1, 1), date(tahun, 12, 31)
    made = Rencana(
        ids.next(), seat, boss, tahun, max(first, seat.mulai), min(last, seat.selesai or last), writer, random
    )
    for urut, item in enumerate(_chosen(seat, writer.data, random), 1):
        made.rhk.append(_hasil(item, urut, made, above, ids))
    made.perilaku = _perilaku(random)
    made.lampiran = _lampiran(family, random)
    return made


# ---- which results


def _chosen(seat: Seat, data: dict[str, Any], random: Random) -> list[dict[str, Any]]:
    """Three to five results of the family: duties first, at most one further assignment, last."""
    if "profil" in data:
        return _leader_items(seat.unit.profil or "umum", data)
    tag = seat.unit.tag
    fitting = [item for item in data["rhk"] if not item.get("bidang") or tag in item["bidang"]]
    fitting = fitting if len(fitting) >= 3 else data["rhk"]
    if seat.person.pengguna == HALF_FILLED:
        return [item for name in SITI for item in fitting if item["singkat"] == name]
    duties = [item for item in fitting if item.get("jenis") != TAMBAHAN]
    extra = [item for item in fitting if item.get("jenis") == TAMBAHAN]
    wanted = random.choices((3, 4, 5), (0.35, 0.5, 0.15))[0]
    with_extra = bool(extra) and random.random() < 0.45
    chosen = random.sample(duties, min(len(duties), max(3 - len(extra), wanted - with_extra)))
    return chosen + (random.sample(extra, 1) if with_extra else [])


def _leader_items(profil: str, data: dict[str, Any]) -> list[dict[str, Any]]:
    """A leader's results are told by figures per PD; the sentences are shared."""
    items = []
    for row in data["profil"][profil]:
        perspektif, kait, rhk, singkat, ukuran, satuan, low, high, mutu, mutu_satuan, bawah, atas, *arah = row
        items.append(
            {
                "rhk": rhk, "singkat": singkat, "kait": kait, "perspektif": perspektif, **data["naskah"],
                "klasifikasi": "INOVASI" if kait == "inovasi" else "INDIVIDU",
                "indikator": [
                    [KUANTITAS, ukuran, satuan, low, high], ["KUALITAS", mutu, mutu_satuan, bawah, atas, *arah],
                ],
                "dukung": data["dukung"][:1], "hambat": data["hambat"][:1],
            }
        )  # fmt: skip
    return items


def _hasil(item: dict[str, Any], urut: int, made: Rencana, above: Rencana | None, ids: Ids) -> Hasil:
    random, writer = made.random, made.writer
    slots = writer.slots(1)
    main, *others = item["indikator"]
    target = _months(main, item.get("pola", ""), random)
    if made.seat.person.pengguna == HALF_FILLED:
        target = [SITI[item["singkat"]]] * 12
    satuan = main[2]
    hasil = Hasil(
        ids.next(), item, urut, item.get("jenis", UTAMA), item.get("klasifikasi", "INDIVIDU"),
        writer.fill(item["rhk"], slots), writer.fill(random.choice(item["renaksi"]), slots), satuan, target, [],
        _supported(item["kait"], above, random),
    )  # fmt: skip
    hasil.indikator = [_main_measure(ids.next(), main, target)]
    hasil.indikator += [_measure(ids.next(), other) for other in others]
    return hasil


def _supported(kait: str, above: Rencana | None, random: Random) -> Hasil | None:
    """The result of the boss that this one serves: same theme if there is one."""
    if above is None or not above.rhk:
        return None
    same = [h for h in above.rhk if h.kait == kait]
    return same[0] if same else random.choice(above.rhk)


# ---- targets


def _months(main: Sequence[Any], pola: str, random: Random) -> list[Number]:
    """Twelve targets between the family's low and high: steady small counts, breathing large ones."""
    low, high, satuan = main[3], main[4], main[2]
    if pola == "triwulan":
        return [1 if bulan % 3 == 0 else 0 for bulan in range(1, 13)]
    if satuan in FRACTIONS:
        return [low] * 12 if low == high else [random.choice((low, (low + high) / 2))] * 12
    base = random.randint(low, high)
    if high <= 8:
        busy = set(random.sample(range(12), random.randint(0, 3)))
        return [max(1, base + random.choice((-1, 1))) if i in busy else base for i in range(12)]
    step = 5 if high >= 60 else 1
    wave = [base * random.uniform(0.9, 1.1) for _ in range(12)]
    return [max(step, round(value / step) * step) for value in wave]


def _main_measure(key: str, main: Sequence[Any], target: list[Number]) -> Ukuran:
    """The yearly range of the first measure: the sum of the months, or the level held each month."""
    aspek, uraian, satuan, low, high = main[:5]
    if satuan in FRACTIONS:
        return Ukuran(key, aspek, uraian, satuan, min(low, target[0]), max(high, target[0]), NAIK, RATA2)
    total = int(sum(target))
    return Ukuran(key, aspek, uraian, satuan, total, total + round(total * 0.04), NAIK, JUMLAH)


def _measure(key: str, row: Sequence[Any]) -> Ukuran:
    aspek, uraian, satuan, low, high = row[:5]
    polaritas = row[5] if len(row) > 5 else NAIK
    return Ukuran(key, aspek, uraian, satuan, min(low, high), max(low, high), polaritas, RATA2)


# ---- behaviour and annexes


def _perilaku(random: Random) -> dict[str, str]:
    special = set(random.sample(list(ASPEK_PERILAKU), random.randint(2, 4)))
    choices = umum()["ekspektasi"]
    return {aspek: random.choice(choices[aspek]) if aspek in special else "" for aspek in ASPEK_PERILAKU}


def _lampiran(family: str, random: Random) -> dict[str, list[str]]:
    groups = umum()["kelompok_lampiran"]
    group = next((name for name, members in groups.items() if family in members), "kantor")
    pool = umum()["lampiran"][group]
    return {jenis: random.sample(pool[jenis], 3 if jenis == "DUKUNGAN" else 2) for jenis in pool}
