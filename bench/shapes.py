"""From rows to what the hand-written templates draw, page by page, with as little as that takes."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.minimal import Page, Part, Rows
from portal.kernel.icons import PATHS

WIB = ZoneInfo("Asia/Jakarta")
SHORT = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
LONG = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
        "November", "Desember")  # fmt: skip
MONTHS = {  # icon, class, word beside the step, word on the folder
    "DITETAPKAN": ("circle-check", "text-positive", "ditetapkan", "Ditetapkan"),
    "DIAJUKAN": ("clock", "text-warning", "menunggu penilai", "Menunggu penilai"),
    "MENUNGGU_PENILAI": ("clock", "text-warning", "menunggu penilai", "Menunggu penilai"),
    "BERJALAN": ("pencil", "text-guide", "sedang diisi", "Sedang diisi"),
    "DIBUKA": ("pencil", "text-guide", "sedang diisi", "Sedang diisi"),
    "DIKEMBALIKAN": ("arrow-back-up", "text-negative", "dikembalikan", "Dikembalikan"),
    "TERKUNCI": ("lock", "", "terkunci", "Terkunci"),
    "": ("circle-dashed", "", "belum dibuka", "Belum dibuka"),
}
PREDIKAT = {"SANGAT_BAIK": ("Sangat Baik", " badge-positive"), "BAIK": ("Baik", " badge-positive"),
            "BUTUH_PERBAIKAN": ("Butuh Perbaikan", " badge-warning"), "KURANG": ("Kurang", " badge-negative"),
            "SANGAT_KURANG": ("Sangat Kurang", " badge-negative"),
            "TIDAK_LAPOR": ("Tidak lapor", " badge-negative")}  # fmt: skip


def today() -> date:
    return datetime.now(WIB).date()


def short_date(at: datetime | date) -> str:
    return f"{at.day} {SHORT[at.month - 1]}" + (f" {at.year}" if at.year != today().year else "")


def number(value: Any) -> str:
    """12,5 for 12.50; whole numbers without a comma."""
    text = f"{float(value):,.2f}"
    return text.rstrip("0").rstrip(".").translate(str.maketrans(",.", ".,"))


def percent(value: Any) -> str:
    return number(round(float(value), 1)) + "%"


# ---- the inbox


def inbox(found: Rows) -> dict[str, Any]:
    rows, counts = found
    return {"rows": rows, "c": counts[0], "saat": _moment, "hari_ini": today()}


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(WIB)
    if local.date() == today():
        return f"{local:%H.%M}"
    return "Kemarin" if local.date() == today() - timedelta(days=1) else short_date(local)


# ---- one step of the month


def step(found: Rows) -> dict[str, Any]:
    head, rows, *rest = found
    kb = head[0]
    filled = sum(row.realisasi is not None for row in rows)
    base = f"/kinerja/{kb.tahun}/{kb.bulan:02d}"
    phases = [("renaksi", "Renaksi", f"{filled} dari {len(rows)} terisi"), ("skp", "SKP", "Faktor dan tindak lanjut"),
              ("pks", "PKS", "Terisi dari SKP"), ("tinjau", "Tinjau", "Lalu ajukan")]  # fmt: skip
    beside = [(m.bulan, m.status) for result in rest for m in result if hasattr(m, "status")]
    months = dict(getattr(kb, "bulan_lain", None) or beside)
    return {
        "rows": rows, "dasar": base, "sebelum": str(kb.bulan - 1), "angka": number, "kb": _size, "ikon": KINDS,
        "fase": [{"slug": s, "nama": n, "catatan": c} for s, n, c in phases],
        "bulan": [_beside(kb, n, months.get(n, "")) for n in range(1, 13)],
        "grafik": [_chart(row) for row in rows],
    }  # fmt: skip


KINDS = defaultdict(
    lambda: PATHS["file-text"],
    {"application/pdf": PATHS["file-type-pdf"], "image/jpeg": PATHS["photo"], "image/png": PATHS["photo"],
     None: PATHS["link"]},
)  # fmt: skip


def _size(count: int) -> str:
    return f"{max(1, round(count / 1024))} KB" if count < 1024 * 1024 else f"{number(round(count / 1048576, 1))} MB"


def _beside(kb: Any, bulan: int, status: str) -> dict[str, Any]:
    icon, colour, word, _ = MONTHS[status]
    now = bulan == kb.bulan
    end = "/tinjau" if status in ("DITETAPKAN", "DIAJUKAN", "TERKUNCI", "MENUNGGU_PENILAI") else "/renaksi"
    open_ = (kb.tahun, bulan) <= (today().year, today().month)
    return {"nama": LONG[bulan - 1], "ikon": PATHS[icon], "warna": "" if now else colour, "kata": word, "kini": now,
            "href": f"/kinerja/{kb.tahun}/{bulan:02d}{end}" if open_ else ""}  # fmt: skip


def _chart(row: Any) -> dict[str, Any]:
    pairs: list[tuple[float, float | None]] = [(0.0, None)] * 12
    for bulan, target, done in row.seri:
        pairs[bulan - 1] = (float(target), None if done is None else float(done))
    highest = max([t for t, _ in pairs] + [d for _, d in pairs if d is not None]) or 1.0
    past = [(t, d) for t, d in pairs if d is not None]
    return {
        "rhk": row.rhk, "satuan": row.satuan, "sampai": number((row.kumulatif or 0) + (row.realisasi or 0)),
        "setahun": number(row.target_tahun), "lewat": len(past), "kurang": sum(d < t for t, d in past),
        "batang": [_bar(i, t, d, highest) for i, (t, d) in enumerate(pairs)],
    }  # fmt: skip


def _bar(i: int, target: float, done: float | None, highest: float) -> dict[str, str]:
    x, tall = i * 19.0, 68.0 * target / highest
    bar = {"x": f"{x + 2.28:.1f}", "xt": f"{x + 9.5:.1f}", "huruf": "JFMAMJJASOND"[i], "tinggi": "", "isi": ""}
    if target:
        bar |= {"y": _short(72 - tall), "tinggi": _short(tall)}
    if done is not None and (done or target):
        high = max(68.0 * done / highest, 2.0)
        bar |= {"x2": f"{x + 4.94:.1f}", "y2": _short(72 - high), "isi": _short(high),
                "warna": "1" if done >= target else "2"}  # fmt: skip
    return bar


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


# ---- the year, the home page, the list of those who watch


def year(found: Rows) -> dict[str, Any]:
    rows = {row.bulan: row for row in found[0]}
    return {"bulan": [_folder(rows.get(bulan), bulan) for bulan in range(1, 13)]}


def _folder(row: Any, bulan: int) -> dict[str, str]:
    now, status = today(), row.status if row else ""
    _, colour, _, word = MONTHS[status]
    if row and row.predikat and row.evaluasi_status not in (None, "DRAF"):
        word = f"{word}: {PREDIKAT[row.predikat][0]}"
    end = "/tinjau" if status in ("DITETAPKAN", "DIAJUKAN", "TERKUNCI", "MENUNGGU_PENILAI") else "/renaksi"
    open_ = bulan <= now.month
    return {"nama": LONG[bulan - 1], "ikon": PATHS["folder-open" if bulan == now.month else "folder"],
            "warna": colour, "kata": word if open_ else "Belum waktunya",
            "href": f"/kinerja/{now.year}/{bulan:02d}{end}" if open_ else ""}  # fmt: skip


def home(found: Rows) -> dict[str, Any]:
    """What waits (the month at hand, the inbox) and two to four figures."""
    before, now = found[0][0], found[0][-1]
    words = f"{LONG[now.bulan - 1]} {now.tahun}"
    tasks = [("pencil", f"/kinerja/{now.tahun}/{now.bulan:02d}", f"Kinerja {words}",
              f"Batas kirim 5 {LONG[now.bulan % 12]} {now.tahun}, 13 hari lagi", "warning", "Belum diisi"),
             ("inbox", "/kotak-persetujuan", "Kotak persetujuan", "Kiriman yang menunggu keputusan Anda", "warning",
              "25 menunggu")]  # fmt: skip
    mean, months = now.setahun
    figures = [("chart-line", "/kinerja/statistik", f"Capaian {now.tahun}", percent(mean or 0),
                f"Rata-rata {months} bulan")]  # fmt: skip
    if now.terakhir:
        tahun, periode, predikat = now.terakhir
        bulan = int(periode[1:])
        figures.append(("star", f"/kinerja/{tahun}/{bulan:02d}/tinjau", "Predikat terakhir", PREDIKAT[predikat][0],
                        f"{LONG[bulan - 1]} {tahun}"))  # fmt: skip
    task_keys, figure_keys = (
        ("ikon", "href", "judul", "catatan", "warna", "kata"),
        ("ikon", "href", "nama", "angka", "catatan"),
    )
    return {
        "tugas": [dict(zip(task_keys, (PATHS[t[0]], *t[1:]), strict=True)) for t in tasks],
        "angka_saya": [dict(zip(figure_keys, (PATHS[f[0]], *f[1:]), strict=True)) for f in figures],
        "lalu": before, "strip": [_box(now, n) for n in range(1, 13)],
    }  # fmt: skip


BOXES = {"DITETAPKAN": ("strip-positive", "Selesai"), "DIAJUKAN": ("strip-warning", "Menunggu"),
         "MENUNGGU_PENILAI": ("strip-warning", "Menunggu"), "BERJALAN": ("strip-guide", "Diisi"),
         "DIBUKA": ("strip-guide", "Dibuka"), "DIKEMBALIKAN": ("strip-negative", "Perbaiki"),
         "TERKUNCI": ("strip-negative", "Terkunci")}  # fmt: skip


def _box(now: Any, bulan: int) -> dict[str, Any]:
    status, figure = next(((s, c) for n, s, c in now.tiap_bulan or [] if n == bulan), ("", None))
    look, words = BOXES.get(status, ("", "Belum"))
    return {"nama": SHORT[bulan - 1], "kelas": look, "kata": words, "kini": bulan <= now.bulan,
            "angka": "–" if figure is None else f"{figure}%", "href": f"/kinerja/{now.tahun}/{bulan:02d}"}  # fmt: skip


STATES = {
    name: {"kelas": f" badge-{kind}" if kind else "", "ikon": PATHS[icon], "kata": words}
    for name, words, kind, icon in (
        ("BELUM", "Belum diisi", "", "circle-dashed"), ("BERJALAN", "Sedang diisi", "guide", "pencil"),
        ("DIAJUKAN", "Menunggu penilai", "warning", "clock"),
        ("DIKEMBALIKAN", "Dikembalikan", "negative", "arrow-back-up"),
        ("DITETAPKAN", "Ditetapkan", "positive", "circle-check"), ("TERKUNCI", "Terkunci", "negative", "lock"),
        ("DIBUKA", "Kunci dibuka", "guide", "lock-open"),
        ("MENUNGGU_PENILAI", "Penilai lewat batas", "warning", "alert-triangle"),
    )
}  # fmt: skip
STEP_WORDS = {"BELUM": "belum diisi", "DRAF": "draf", "DIAJUKAN": "diajukan", "DIKEMBALIKAN": "dikembalikan",
              "DISETUJUI": "disetujui", "PERLU_TINJAU": "perlu ditinjau lagi"}  # fmt: skip


class Steps(dict[str, str]):
    """Words for the states of three steps, each combination put together once."""

    def __missing__(self, codes: str) -> str:
        named: dict[str, list[str]] = {}
        for name, code in zip(("Renaksi", "SKP", "PKS"), codes.split(), strict=False):
            named.setdefault(STEP_WORDS[code], []).append(name)
        if len(named) == 1:
            words = f"Semua {next(iter(named))}"
        else:
            words = ", ".join(f"{' dan '.join(names)} {word}" for word, names in named.items())
        self[codes] = words
        return words


STEPS = Steps({"": ""})
RATINGS = {name: {"kata": words, "kelas": kind} for name, (words, kind) in PREDIKAT.items()}


def monitored(found: Rows) -> dict[str, Any]:
    rows = next(rows for rows in found if rows and hasattr(rows[0], "c_nama"))
    return {"rows": rows[:50], "keadaan": STATES, "langkah": STEPS, "predikat": RATINGS,
            "angka": lambda value: number(round(float(value), 2))}  # fmt: skip


INBOX = Page("kotak", (Part("kotak", r'<ul class="inbox-rows[^>]*>\n', r"</ul>\n"),), inbox)
STEP = Page(
    "langkah",
    (
        Part("langkah_fase", r'<ol class="phase-tabs[^>]*>', r"</ol>"),
        Part("langkah_bulan", r'<ul class="month-items[^>]*>', r"</ul>"),
        Part("langkah_kartu", r'<div class="stack">\n', r'</div>\n<div class="action-bar">'),
        Part(
            "langkah_grafik",
            r'renaksi terisi</p>\s*</div></div></section><section class="card"><div class="card-body">',
            r"</div></details></div></section>",
        ),
    ),
    step,
)
YEAR = Page("kinerja", (Part("kinerja", r'<ul class="folder-tiles[^>]*>', r"</ul>"),), year)
HOME = Page(
    "beranda",
    (
        Part("beranda_tugas", r'<ul class="task-list[^>]*>\n', r"</ul>"),
        Part("beranda_bulan", r'<ol class="month-strip">', r"</ol>"),
        Part("beranda_angka", r'<h2 class="sr" id="angka">[^<]*</h2>\n', r"</section>"),
    ),
    home,
)
WATCH = Page("monitoring", (Part("monitoring", r"<tbody>", r"</tbody>"),), monitored)
