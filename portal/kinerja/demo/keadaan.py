"""The state of a month, and the events, decisions and ratings that agree with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.kernel import holidays
from portal.kernel.calendar import BULAN
from portal.kernel.demo.kota import Seat
from portal.kernel.demo.salin import Ids
from portal.kernel.numbers import angka, persen
from portal.kinerja.demo.bulan import Baris, Bundel, Langkah, Nilai
from portal.kinerja.demo.naskah import capital, umum
from portal.kinerja.demo.rencana import HALF_FILLED
from portal.kinerja.models import (
    ASPEK_PERILAKU,
    BERJALAN,
    DIAJUKAN,
    DIBUKA,
    DIKEMBALIKAN,
    DISETUJUI,
    DITETAPKAN,
    DRAF,
    KEMBALI,
    KUANTITAS,
    MENUNGGU_PENILAI,
    SETUJU,
    STEPS,
    TERKUNCI,
    TIDAK_LAPOR,
)  # fmt: skip
from portal.kinerja.predikat import (
    BAIK,
    DI_ATAS,
    DI_BAWAH,
    SESUAI,
    predikat,
    rata_capaian,
    saran_hasil,
    saran_indikator,
    saran_rhk,
)  # fmt: skip

# What a month can look like when the demo is opened.
KOSONG, BARU = "KOSONG", "BARU"  # no bundle yet; opened, nothing typed
ISI_RENAKSI, ISI_SKP, ISI_PKS = "ISI_RENAKSI", "ISI_SKP", "ISI_PKS"
KIRIM, SEBAGIAN, ULANG, KEMBALI_BARIS = "KIRIM", "SEBAGIAN", "ULANG", "KEMBALI_BARIS"
TETAP, TETAP_ULANG, DIAM, LUPA, BUKA = "TETAP", "TETAP_ULANG", "DIAM", "LUPA", "BUKA"
BUKA_PENILAI = "BUKA_PENILAI"  # waited for the penilai, reopened by BKPSDM

FACTORS = ("faktor_pendukung", "faktor_penghambat", "rencana_tindak_lanjut")


@dataclass(frozen=True)
class Waktu:
    """The clock of a load: this instant, the months' deadlines, and who unlocks."""

    now: datetime
    batas_pegawai: dict[int, date]
    batas_penilai: dict[int, date]
    kunci_at: dict[int, datetime]
    tahun: int
    akhir: int
    pembuka: Seat

    @property
    def today(self) -> date:
        return self.now.date()

    def at(self, day: date, hour: int, minute: int) -> datetime:
        """An instant of office hours, moved back to before now."""
        made = datetime.combine(day, time(hour, minute), self.now.tzinfo)
        return made if made < self.now else self.now - timedelta(minutes=7 + minute)

    def first_after(self, bulan: int) -> date:
        return date(self.tahun + bulan // 12, bulan % 12 + 1, 1)


def weekday_before(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


class Director:
    """Turns a filled month into one that was opened, sent, returned or set."""

    def __init__(self, waktu: Waktu, ids: Ids) -> None:
        self.waktu, self.ids = waktu, ids

    def stage(self, kb: Bundel, state: str) -> Bundel:
        random = kb.rencana.random
        kb.mulai_at = self._sent_at(kb, state) - timedelta(days=random.randint(1, 3), minutes=random.randint(3, 200))
        if state == BARU:
            _wipe(kb.rows)
            return kb
        kb.step["renaksi"] = DRAF
        if state in (ISI_RENAKSI, ISI_SKP, ISI_PKS):
            self._draft(kb, state)
        elif state in (LUPA, BUKA):
            self._draft(kb, random.choice((ISI_RENAKSI, ISI_SKP)))
            self._locked_unsent(kb, state)
        else:
            self._sent(kb, state)
        return kb

    def _sent(self, kb: Bundel, state: str) -> None:
        self._send(kb, state)
        follow = {
            SEBAGIAN: self._approve_first, KEMBALI_BARIS: self._return_row, ULANG: self._resend,
            TETAP: self._set, TETAP_ULANG: self._resend_and_set, DIAM: self._silent, BUKA_PENILAI: self._reopen,
        }  # fmt: skip
        if state in follow:
            follow[state](kb)
        _in_order(kb, self.waktu.now)

    # ---- not sent

    def _draft(self, kb: Bundel, state: str) -> None:
        random = kb.rencana.random
        done = random.randint(1, max(1, len(kb.rows) - 1))
        if kb.rencana.seat.person.pengguna == HALF_FILLED:
            done = 2
        if state == ISI_RENAKSI:
            _wipe(kb.rows[done:])
            _wipe_factors(kb.rows)
        elif state == ISI_SKP:
            kb.step["skp"] = DRAF
            _wipe_factors(kb.rows[done:])
        else:
            kb.step["skp"] = kb.step["pks"] = DRAF
        kb.rata2 = None

    def _locked_unsent(self, kb: Bundel, state: str) -> None:
        """The lock passed before anything was sent; perhaps BKPSDM opened the month again."""
        locked = self.waktu.kunci_at[kb.bulan]
        kb.langkah.append(Langkah(locked, "", "kunci", BERJALAN, TERKUNCI, None))
        kb.status = TERKUNCI
        kb.nilai = Nilai(self.ids.next(), periode(kb.bulan), None, None, None, TIDAK_LAPOR, DRAF)
        if state == BUKA:
            self._unlock(kb, DIBUKA, 4)

    def _unlock(self, kb: Bundel, target: str, days: int) -> None:
        why = kb.rencana.random.choice(umum()["buka_kunci"])
        opened = self.waktu.at(weekday_before(self.waktu.today - timedelta(days=1)), 10, 20)
        note = f"{self.waktu.pembuka.person.lengkap}: {why}"
        kb.langkah.append(Langkah(opened, "", "buka", kb.status, target, None, note))
        kb.status = target
        end = self.waktu.today + timedelta(days=days)
        kb.dibuka_sampai = datetime.combine(end, time(23, 59), self.waktu.now.tzinfo)

    # ---- sent

    def _sent_at(self, kb: Bundel, state: str) -> datetime:
        random, waktu = kb.rencana.random, self.waktu
        after = waktu.first_after(kb.bulan)
        if kb.bulan == waktu.akhir and state not in (TETAP, TETAP_ULANG, KEMBALI_BARIS, ULANG):
            ago = random.choice((0, 0, 1, 1, 2, 3, 4, 5, 6, 8))
            day = max(after - timedelta(days=4), waktu.today - timedelta(days=ago))
        else:
            day = after + timedelta(days=random.randint(-4, 4))
        day = min(weekday_before(day), waktu.today)
        return waktu.at(day, random.randint(7, 16), random.randint(0, 59))

    def _send(self, kb: Bundel, state: str) -> None:
        when = self._sent_at(kb, state)
        kb.status, kb.diajukan_at, kb.pernyataan_at = DIAJUKAN, when, when
        kb.step = dict.fromkeys(STEPS, DIAJUKAN)
        kb.rata2 = rata_capaian(row.capaian for row in kb.rows)
        kb.ringkasan = _summary(kb)
        kb.terakhir = {str(row.hasil.urut): as_texts(row) for row in kb.rows}
        kb.langkah.append(Langkah(when, "", "ajukan", BERJALAN, DIAJUKAN, kb.seat, "", {"berubah": {}}))
        kb.batas = self.waktu.batas_penilai[kb.bulan]
        self._facts(kb, {}, first=True)

    def _facts(self, kb: Bundel, changed: dict[str, Any], first: bool) -> None:
        """What the inbox shows, by the rules of the product (settings at their defaults)."""
        values = [row.capaian for row in kb.rows if row.capaian is not None]
        proven = all(row.bukti for row in kb.rows if row.realisasi)
        kb.siap = bool(values) and all(90 <= v <= 110 for v in values) and proven and not changed
        mean = "tanpa target" if kb.rata2 is None else f"Capaian {persen(kb.rata2)}"
        change = "tanpa perubahan" if not changed else f"kiriman ulang: {len(changed)} renaksi diperbaiki"
        kb.rincian = f"{mean}, {sum(len(row.bukti) for row in kb.rows)} bukti, {change}"
        sent = kb.diajukan_at.date() if kb.diajukan_at else self.waktu.today
        late = sent >= self.waktu.first_after(kb.bulan)
        kb.tanda = [t for t, on in (("MENAHAN_TPP", late), ("KIRIMAN_ULANG", not first)) if on]

    def _later(self, when: datetime, random: Any, days: int = 3) -> datetime:
        """Some office time after an instant, but before now."""
        gone = random.randint(0, days)
        after = when + timedelta(minutes=random.randint(25, 240))
        if gone or after.hour > 16:
            day = when.date() + timedelta(days=max(1, gone))
            day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
            after = datetime.combine(day, time(random.randint(8, 15), random.randint(0, 59)), when.tzinfo)
        return min(after, self.waktu.now - timedelta(minutes=random.randint(4, 50)))

    def _approve_first(self, kb: Bundel) -> None:
        assert kb.diajukan_at is not None  # noqa: S101 — sent above
        kb.dibuka_at = self._later(kb.diajukan_at, kb.rencana.random, 1)
        self._approve(kb, ["renaksi"], kb.dibuka_at)

    def _approve(self, kb: Bundel, steps: Sequence[str], when: datetime) -> None:
        for i, step in enumerate(steps):
            for row in kb.rows:
                row.keputusan[step] = SETUJU
            kb.step[step] = DISETUJUI
            moment = when + timedelta(seconds=40 * i)
            kb.langkah.append(Langkah(moment, step, "setujui", kb.status, DIAJUKAN, kb.penilai))
            kb.status = DIAJUKAN
        for evidence in (b for row in kb.rows for b in row.bukti):
            evidence.dibuka_at = when

    def _return_row(self, kb: Bundel) -> None:
        """One row of step 1 or 2 came back with a note; the others are approved."""
        random = kb.rencana.random
        assert kb.diajukan_at is not None  # noqa: S101 — sent above
        when = self._later(kb.diajukan_at, random)
        step = random.choices(("renaksi", "skp"), (0.75, 0.25))[0]
        row = random.choice([r for r in kb.rows if r.realisasi] or kb.rows)
        note = _return_note(kb, row, step)
        if step == "skp":
            self._approve(kb, ["renaksi"], when - timedelta(minutes=6))
        for other in kb.rows:
            other.keputusan[step] = SETUJU
        row.keputusan[step], row.catatan[step] = KEMBALI, note
        kb.step = {s: DIKEMBALIKAN if s == step else kb.step[s] for s in STEPS}
        kb.step = {s: DRAF if v == DIAJUKAN else v for s, v in kb.step.items()}
        words = f"{step} {row.hasil.urut}: {note}"
        kb.langkah.append(Langkah(when, step, "kembalikan", DIAJUKAN, DIKEMBALIKAN, kb.penilai, words))
        kb.status, kb.dibuka_at, kb.jumlah_kembali = DIKEMBALIKAN, when, 1
        repair = holidays.add_working_days(when.date(), 2)
        kb.batas_perbaikan = max(self.waktu.batas_pegawai[kb.bulan], repair)

    def _resend(self, kb: Bundel) -> None:
        """Returned once, repaired, sent again: the inbox shows what changed."""
        random = kb.rencana.random
        self._return_row(kb)
        row = next(r for r in kb.rows if KEMBALI in r.keputusan.values())
        step = next(s for s, v in row.keputusan.items() if v == KEMBALI)
        before = kb.terakhir[str(row.hasil.urut)]
        reply = random.choice(umum()["balasan"]).format(r=angka(row.realisasi))
        row.keterangan = f"{row.keterangan} {reply}".strip()
        after = as_texts(row)
        changed = {str(row.hasil.urut): {c: [before[c], after[c]] for c in after if before[c] != after[c]}}
        when = self._later(kb.langkah[-1].waktu, random, 2)
        if kb.bulan == self.waktu.akhir:
            recent = self.waktu.at(weekday_before(self.waktu.today - timedelta(days=1)), 15, random.randint(0, 50))
            when = max(when, recent)
        kb.langkah.append(Langkah(when, "", "ajukan", DIKEMBALIKAN, DIAJUKAN, kb.seat, "", {"berubah": changed}))
        del row.keputusan[step]
        kb.terakhir = {str(r.hasil.urut): as_texts(r) for r in kb.rows}
        kb.step = {s: v if v == DISETUJUI else DIAJUKAN for s, v in kb.step.items()}
        kb.status, kb.diajukan_at, kb.pernyataan_at, kb.dibuka_at = DIAJUKAN, when, when, None
        self._facts(kb, changed, first=False)

    def _resend_and_set(self, kb: Bundel) -> None:
        self._resend(kb)
        self._set(kb)

    # ---- set, or left lying

    def _set(self, kb: Bundel) -> None:
        random = kb.rencana.random
        assert kb.diajukan_at is not None  # noqa: S101 — sent above
        when = min(self._later(kb.diajukan_at, random, 4), self.waktu.kunci_at[kb.bulan] - timedelta(hours=3))
        when = max(when, kb.diajukan_at + timedelta(minutes=9))
        kb.dibuka_at = kb.dibuka_at or when - timedelta(minutes=4)
        self._approve(kb, [s for s in STEPS if kb.step[s] != DISETUJUI], when - timedelta(minutes=3))
        _recognise(kb)
        for row in kb.rows:
            row.umpan_balik = _feedback(kb, row) if random.random() < 0.45 else ""
        kb.nilai = self._rated(kb, when)
        rincian = {"predikat": kb.nilai.predikat}
        kb.langkah.append(Langkah(when, "", "tetapkan", kb.status, DITETAPKAN, kb.penilai, kb.nilai.catatan, rincian))
        kb.status, kb.diputus_at = DITETAPKAN, when

    def _rated(self, kb: Bundel, when: datetime) -> Nilai:
        random = kb.rencana.random
        saran = suggestion(kb.rows)
        hasil, alasan = saran or SESUAI, ""
        if random.random() < 0.04:
            hasil = DI_BAWAH if hasil == SESUAI and random.random() < 0.3 else SESUAI
            alasan = random.choice(umum()["alasan_beda"]) if hasil != saran else ""
        perilaku = random.choices((SESUAI, DI_ATAS, DI_BAWAH), (0.81, 0.178, 0.012))[0]
        focus = random.choice(kb.rows).hasil.isi["singkat"]
        catatan = random.choice(umum()["catatan_evaluasi"]).format(o=focus, bd=BULAN[kb.bulan % 12])
        if perilaku == DI_BAWAH:
            catatan = "Tiga kali terlambat menyerahkan hasil rapat tanpa kabar; sudah dibicarakan langsung."
        chosen = random.sample(list(ASPEK_PERILAKU), random.choice((0, 0, 1, 2)))
        aspek: dict[str, tuple[str | None, str]] = {
            a: (None, random.choice(umum()["umpan_aspek"][a])) for a in ASPEK_PERILAKU if a in chosen
        }
        return Nilai(
            self.ids.next(), periode(kb.bulan), saran, hasil, perilaku, predikat(hasil, perilaku), "DISAMPAIKAN",
            alasan, catatan, hasil == DI_BAWAH, False, when, aspek,
        )  # fmt: skip

    def _silent(self, kb: Bundel) -> None:
        """The penilai let the lock pass: provisional Sesuai, no approval."""
        locked = self.waktu.kunci_at[kb.bulan]
        kb.langkah.append(Langkah(locked, "", "kunci", DIAJUKAN, MENUNGGU_PENILAI, None))
        kb.status = MENUNGGU_PENILAI
        kb.nilai = Nilai(
            self.ids.next(), periode(kb.bulan), None, SESUAI, SESUAI, BAIK, DRAF, sementara=True
        )  # fmt: skip

    def _reopen(self, kb: Bundel) -> None:
        self._silent(kb)
        self._unlock(kb, DIAJUKAN, 1)
        kb.batas = self.waktu.today + timedelta(days=1)


def _in_order(kb: Bundel, now: datetime) -> None:
    """Events of a hurried month are moved closer together; nothing follows what comes after it."""
    limit = now - timedelta(minutes=2)
    for one in reversed(kb.langkah):
        one.waktu = min(one.waktu, limit)
        limit = one.waktu - timedelta(seconds=50)
    sent = [one.waktu for one in kb.langkah if one.aksi == "ajukan"][-1]
    kb.diajukan_at = kb.pernyataan_at = sent
    after = [one.waktu for one in kb.langkah if one.waktu > sent and one.pelaku]
    kb.dibuka_at = after[0] - timedelta(seconds=20) if after else None
    if kb.diputus_at and kb.nilai:
        kb.diputus_at = kb.nilai.ditetapkan_at = kb.langkah[-1].waktu
    if kb.mulai_at and kb.mulai_at >= kb.langkah[0].waktu:
        kb.mulai_at = kb.langkah[0].waktu - timedelta(hours=1)


def periode(bulan: int) -> str:
    return f"B{bulan:02d}"


def suggestion(rows: list[Baris]) -> str | None:
    """As the product suggests it: the month's target for kuantitas, the range for every other measure."""
    per_rhk = []
    for row in rows:
        claimed = row.realisasi if row.diakui is None else row.diakui
        measured = [saran_indikator(row.target, row.target, claimed)] if row.target else [None]
        measured += [
            saran_indikator(m.target_min, m.target_maks, row.mutu[m.id], m.polaritas)
            for m in row.hasil.indikator
            if m.aspek != KUANTITAS and m.id in row.mutu
        ]
        per_rhk.append((row.hasil.jenis, saran_rhk(measured).rating))
    return saran_hasil(per_rhk).rating


def as_texts(row: Baris) -> dict[str, Any]:
    """The answers of one row in the form in which a sending is remembered."""
    return {
        "realisasi": "" if row.realisasi is None else angka(row.realisasi), "keterangan": row.keterangan,
        "bukti": sorted(b.nama for b in row.bukti), **dict(zip(FACTORS, row.faktor, strict=True)),
    }  # fmt: skip


def _wipe(rows: list[Baris]) -> None:
    """Rows nobody has typed into."""
    for row in rows:
        row.realisasi, row.capaian, row.keterangan, row.bukti = None, None, "", []
    _wipe_factors(rows)


def _wipe_factors(rows: list[Baris]) -> None:
    for row in rows:
        row.faktor, row.mutu, row.pks, row.sumber = ("", "", ""), {}, None, "OTOMATIS"


def _summary(kb: Bundel) -> str:
    random = kb.rencana.random
    behind = [r for r in kb.rows if r.capaian is not None and r.capaian < 100]
    choices = umum()["ringkasan"]
    fitting = choices[1:2] + choices[4:] if behind else [choices[0], *choices[2:4]]
    focus = random.choice(behind or kb.rows).hasil.isi["singkat"]
    return str(random.choice(fitting)).format(b=BULAN[kb.bulan - 1], bd=BULAN[kb.bulan % 12], o=focus, O=capital(focus))


def _return_note(kb: Bundel, row: Baris, step: str) -> str:
    papers = [b for b in row.bukti if b.jenis != "foto"]
    about = "skp" if step == "skp" or not row.bukti else "berkas" if papers else "foto"
    title = papers[0].judul if papers else "laporan"
    lowered = title[0].lower() + title[1:]
    return str(kb.rencana.random.choice(umum()["kembali"][about])).format(
        B=title, b2=lowered, r=angka(row.realisasi), t=angka(row.target), bl=BULAN[kb.bulan - 1],
        o=row.hasil.isi["singkat"],
    )  # fmt: skip


def _feedback(kb: Bundel, row: Baris) -> str:
    kind = "pas" if row.capaian is None or row.capaian == 100 else "rendah" if row.capaian < 100 else "tinggi"
    text = str(kb.rencana.random.choice(umum()["umpan"][kind]))
    return text.format(o=row.hasil.isi["singkat"], bd=BULAN[kb.bulan % 12])


def _recognise(kb: Bundel) -> None:
    """Now and then the penilai recognises one less than was claimed."""
    from portal.kinerja.predikat import capaian

    random = kb.rencana.random
    able = [r for r in kb.rows if isinstance(r.realisasi, int) and r.realisasi >= 3 and r.target]
    if not able or random.random() > 0.01:
        return
    row = random.choice(able)
    assert isinstance(row.realisasi, int)  # noqa: S101 — chosen above
    row.diakui, row.alasan_diakui = row.realisasi - 1, random.choice(umum()["diakui"])
    row.capaian = capaian(row.target, row.diakui)


def same_evidence(kb: Bundel, before: Bundel) -> None:
    """One file of this month is the very file of last month."""
    for mine in kb.rows:
        theirs = next((r.bukti for r in before.rows if r.hasil is mine.hasil), [])
        old = next((b for b in theirs if not b.tautan), None)
        if mine.bukti and old:
            fresh = replace(mine.bukti[0], jenis=old.jenis, judul=old.judul, nama=old.nama, tautan="", sama_dengan=old)
            mine.bukti[0] = fresh
            return
