"""One case through the screens, a step a function: what each role presses on the way from APL-01 to the record."""

import re
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import sqlalchemy as sa

from portal.kernel import jobs
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.db import db
from portal.kernel.jobs import Job
from portal.sertifikasi.saya import lini
from portal.sertifikasi.saya import models as m
from tests.layar import Jendela, Layar, words
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi.factories_saya import picture

SANDI = f.PASSWORD
HARI = "3-12-2026"  # of the assessment; TUK lies in WITA
WAKTU: dict[str, Any] = {"mulai": "09.00", "selesai": "12.00"}
DATA = {
    "tempat_lahir": "Sagara", "alamat": "Jalan Teratai 12, Kelurahan Uji", "provinsi": "31", "kode_pos": "10110",
    "pendidikan": "S1",
}  # fmt: skip
RATNA = {
    **DATA, "nama": "Ratna Wulandari", "nik": "3171014309900001", "tanggal_lahir": "3-9-1990", "jenis_kelamin": "P",
    "hp": "0812 3456 7890", "surel": "ratna@contoh.id",
}  # fmt: skip
BIMA = {
    **DATA, "nama": "Bima Uji", "nik": "3171010505880002", "tanggal_lahir": "5-5-1988", "jenis_kelamin": "L",
    "hp": "0812 9999 0001", "surel": "bima@contoh.id",
}  # fmt: skip
PEKERJAAN = {
    "status_kerja": "BPBD", "instansi": "BPBD Kota Sagara", "jabatan": "Petugas logistik",
    "alamat_kantor": "Jalan Balai Kota 1, Sagara", "lama_pengalaman": "4",
}  # fmt: skip
LANJUT = "Simpan dan lanjutkan"


def pekerja() -> list[str]:
    """What the worker does: run whatever waits until nothing does. Returns the names of the jobs."""
    done = []
    while waiting := list(db.session.execute(sa.select(Job.id, Job.nama).where(Job.status == jobs.ANTRE))):
        for key, name in waiting:
            jobs.run(str(key))
            db.session.expire_all()
            job = db.session.get_one(Job, key)
            assert job.status == jobs.SELESAI, f"{name}: {job.status} {job.alasan}\n{job.rincian}"
            done.append(name)
    return done


def teks(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))


def kelas(page: Layar, nama: str) -> str:
    """Words of the first element of this class."""
    return next(words(e) for e in page.pohon.iter() if nama in (e.get("class") or "").split())


@dataclass
class Perkara:
    """A case as its asesi sees it, and the events it must have by now."""

    jendela: Jendela
    dasar: str
    jam: Any
    data: dict[str, str]
    jejak: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.dasar.rsplit("/", 1)[1]

    @property
    def baris(self) -> m.Permohonan:
        return db.session.scalars(sa.select(m.Permohonan).where(m.Permohonan.id == self.id)).one()

    @property
    def lsp(self) -> str:
        """Its address for the LSP."""
        return f"/sertifikasi/permohonan/{self.id}"

    def rumah(self) -> Layar:
        """The asesi's page of this case, as the menu leads there."""
        return self.jendela.buka("/sertifikasi/saya" if self.baris.aktif else self.dasar)

    def hasil(self) -> Layar:
        return self.rumah().ikuti("Hasil dan sertifikat")

    def kini(self) -> tuple[str, list[str]]:
        """State and the moves made so far."""
        key = self.baris.submission_id
        state = db.session.scalar(sa.select(Submission.status).where(Submission.id == key))
        query = sa.select(SubmissionEvent.aksi).where(SubmissionEvent.submission_id == key)
        return str(state), list(db.session.scalars(query.order_by(SubmissionEvent.id)))

    def bergerak(self, *aksi: str, ke: str) -> None:
        """Exactly these moves came since the last look, and the asesi reads the new state at home."""
        self.jejak += aksi
        assert self.kini() == (ke, self.jejak)
        home = self.rumah()
        assert f"{lini.WORDS[ke][0]}" in home.kata, home.kata[:300]
        if aksi:
            assert lini.LABELS.get(aksi[-1], "") in home.kata
        self.jam.shift(60)

    def diam(self) -> None:
        """Nothing moved."""
        assert self.kini()[1] == self.jejak


# ---- an account, APL-01


def daftar(jendela: Jendela, skema: str, nama: str, alamat: str) -> Layar:
    """From the public page of a scheme to an account, with the code from the mailbox. Returns where it leads."""
    public = jendela.buka(f"/sertifikasi/skema/{skema}")
    closed = jendela.client.get(public.tautan_berisi(f"/sertifikasi/saya/mulai/{skema}")[0])
    page = jendela.buka(str(closed.location)).ikuti("Daftar")
    page = page.formulir("Kirim kode").isi(nama=nama, alamat=alamat, sandi=SANDI, setuju="1").tekan("Kirim kode")
    pekerja()
    code = re.search(r": (\d{6}) ", jendela.buka("/kotak-surat").kata)
    assert code
    jendela.pengguna, jendela.sandi = alamat, SANDI
    return page.formulir("Buat akun").isi(kode=code[1]).tekan("Buat akun")


def mulai(page: Layar, jam: Any, data: dict[str, str]) -> Perkara:
    """The draft. The page with the button, kept open, makes no second one."""
    form = page.formulir("Mulai permohonan")
    first = form.tekan("Mulai permohonan")
    case = Perkara(page.jendela, first.alamat.rsplit("/apl-01", 1)[0], jam, data)
    again = form.tekan("Mulai permohonan")
    assert again.alamat == case.dasar
    assert "Anda masih punya permohonan" in again.kata
    case.bergerak(ke=m.DRAF)
    return case


def isi_apl01(case: Perkara) -> Layar:
    """Steps 1 to 4. Returns the page of step 5."""
    page = case.jendela.buka(f"{case.dasar}/apl-01/data")
    confirm = {"konfirmasi": "1"} if "konfirmasi" in page.formulir(LANJUT).medan else {}
    page = page.formulir(LANJUT).isi({**case.data, **confirm}).tekan(LANJUT)
    assert page.alamat.endswith("/pekerjaan")
    page = page.formulir(LANJUT).isi(PEKERJAAN).tekan(LANJUT)
    page = page.formulir(LANJUT).isi(tujuan="SERTIFIKASI", tuk_provinsi="31").tekan(LANJUT)
    assert page.alamat.endswith("/syarat")
    shade = len(case.data["nama"])  # other pictures for each person
    files: dict[str, Any] = {f"s{n}-berkas": (picture(10 * n + shade), f"bukti-{n}.jpg") for n in (1, 2, 4, 5, 6)}
    page = page.formulir(LANJUT).isi(files).tekan(LANJUT)
    assert page.alamat.endswith("/periksa"), page.galat
    return page


def kirim_apl01(case: Perkara, page: Layar) -> None:
    """Signed with the password; a wrong one, a missing tick and a second press send nothing twice."""
    form = page.formulir("Kirim permohonan")
    wrong = form.isi(pernyataan="1", sandi="bukan sandi saya").tekan("Kirim permohonan", 422)
    assert wrong.galat
    wrong.formulir("Kirim permohonan").isi(pernyataan="", sandi=SANDI).tekan("Kirim permohonan", 422)
    case.diam()
    filled = form.isi(pernyataan="1", sandi=SANDI)
    sent = filled.tekan("Kirim permohonan")
    assert sent.alamat.endswith("/terkirim")
    assert str(case.baris.nomor) in sent.kata
    assert filled.tekan("Kirim permohonan").alamat.endswith("/terkirim")


# ---- the sekretariat


def verifikasi(case: Perkara, staf: Jendela, tolak: str = "") -> Layar:
    """A decision on every row that the page offers; the row with `tolak` in its words does not meet."""
    page = staf.buka(f"{case.lsp}/bukti")
    for place in range(len(page.semua("Simpan putusan baris"))):
        form = page.semua("Simpan putusan baris")[place]
        if tolak and tolak in _card(page, form.tindakan.rsplit("/", 1)[1]):
            form = form.isi(status="TIDAK_MEMENUHI", catatan="Foto terpotong, kirim lagi")
        else:
            form = form.isi(status="MEMENUHI")
        page = form.tekan("Simpan putusan baris")
    return page


def _card(page: Layar, key: str) -> str:
    """Words of the card that is labelled with this id."""
    return next(words(e) for e in page.pohon.iter("section") if key in e.get("aria-labelledby", ""))


def minta_perbaikan(page: Layar) -> Layar:
    form = page.formulir("Minta perbaikan").isi(hubungan="TIDAK", pesan="Pas foto perlu dikirim ulang.")
    page = form.tekan("Minta perbaikan")
    form.lagi("Minta perbaikan", 303)
    return page


def perbaiki(case: Perkara) -> None:
    """Only the flagged row is open; everything else can be read."""
    page = case.jendela.buka(f"{case.dasar}/apl-01/syarat")
    form = page.formulir(LANJUT)
    assert [name for name, medan in form.medan.items() if medan.jenis == "file"] == ["s6-foto", "s6-berkas"]
    locked = case.jendela.buka(f"{case.dasar}/apl-01/data")
    assert "nama" not in {name for one in locked.formulir_formulir() for name in one.medan}
    page = form.isi({"s6-berkas": (picture(200), "pas-foto-baru.jpg")}).tekan(LANJUT)
    filled = page.formulir("Kirim permohonan").isi(pernyataan="1", sandi=SANDI)
    assert filled.tekan("Kirim permohonan").alamat.endswith("/terkirim")


def terima(page: Layar) -> None:
    """Refused without a statement on kinship and with a wrong password; signed once."""
    form = page.formulir("Terima dan tanda tangani")
    form.isi(hubungan="TIDAK", sandi="keliru sekali").tekan("Terima dan tanda tangani", 422)
    form.isi(sandi=SANDI).tekan("Terima dan tanda tangani", 422)
    filled = form.isi(hubungan="TIDAK", sandi=SANDI)
    filled.tekan("Terima dan tanda tangani")
    filled.lagi("Terima dan tanda tangani", 303)


# ---- APL-02


def isi_apl02(case: Perkara) -> Layar:
    """Every unit, a note and a file for each elemen. Returns the page that sends."""
    page = case.jendela.buka(f"{case.dasar}/apl-02/unit-1")
    while page.alamat.rsplit("/", 1)[1].startswith("unit-"):
        form, values = page.formulir(LANJUT), {}
        for name in [n for n in form.medan if n.endswith("-jawaban")]:
            values[name] = "K"
            values[name.replace("-jawaban", "-catatan")] = "Dilakukan di Desa Uji pada Mei 2025"
        files: dict[str, Any] = {"e1-berkas": (picture(90), "kegiatan.jpg")}
        page = form.isi({**values, **files}).tekan(LANJUT)
    return page


def kirim_apl02(case: Perkara, page: Layar) -> None:
    filled = page.formulir("Kirim APL-02").isi(pernyataan="1", sandi=SANDI)
    filled.tekan("Kirim APL-02")
    filled.tekan("Kirim APL-02")


# ---- asesor


def usulkan(case: Perkara, staf: Jendela, asesor: str, hari: str = HARI) -> None:
    """The asesor with this id; proposed again on the same page there is still one proposal."""
    page = staf.buka(f"{case.lsp}/penugasan?rencana={hari}")
    form = next(one for one in page.semua("Usulkan") if one.tombol[0].nilai == asesor)
    form.tekan("Usulkan")
    form.lagi("Usulkan", 409, 422)


def nyatakan(asesor: Jendela) -> str:
    """Nothing of the case opens before the declaration. Returns the address of the assignment."""
    desk = asesor.buka("/sertifikasi/asesmen")
    address = desk.tautan_berisi("/coi")[0]
    home = address.removesuffix("/coi")
    assert asesor.buka(home).alamat == address
    assert asesor.client.get(f"{home}/ak-01").status_code in (303, 404)
    page = asesor.buka(address)
    form = page.formulir("Simpan deklarasi")
    form.tekan("Simpan deklarasi", 422)
    form.isi(dict.fromkeys([n for n, medan in form.medan.items() if medan.jenis == "radio"], "TIDAK")).tekan(
        "Simpan deklarasi"
    )
    return home


def setujui_asesor(case: Perkara, manajer: Jendela) -> None:
    form = manajer.buka(f"{case.lsp}/penugasan").formulir("Setujui dan terbitkan surat tugas")
    form.tekan("Setujui dan terbitkan surat tugas")
    form.lagi("Setujui dan terbitkan surat tugas", 303, 409)


def mulai_tinjau(asesor: Jendela, tugas: str) -> Layar:
    form = asesor.buka(tugas).formulir("Mulai meninjau")
    page = form.tekan("Mulai meninjau")
    form.lagi("Mulai meninjau", 303, 409)
    return page


def tinjau(asesor: Jendela, tugas: str) -> None:
    """Every elemen; going on before that is refused."""
    page = asesor.buka(tugas)
    early = page.formulir("Tanda tangani: dapat dilanjutkan").isi(sandi=SANDI)
    early.lagi("Tanda tangani: dapat dilanjutkan", 409, 422)
    for place in range(len(page.semua("Simpan tinjauan"))):
        page = page.semua("Simpan tinjauan")[place].isi(vatm=["V", "A", "T", "M"]).tekan("Simpan tinjauan")
    form = page.formulir("Tanda tangani: dapat dilanjutkan").isi(sandi=SANDI)
    form.tekan("Tanda tangani: dapat dilanjutkan")
    form.lagi("Tanda tangani: dapat dilanjutkan", 303, 409)


def siapkan_ak01(asesor: Jendela, tugas: str, tuk: str) -> None:
    form = asesor.buka(f"{tugas}/ak-01").formulir("Tanda tangani dan kirim kepada asesi")
    form.isi(bukti=["OBSERVASI", "LISAN"], tanggal=HARI, **WAKTU, tuk=tuk, sandi=SANDI).tekan(
        "Tanda tangani dan kirim kepada asesi"
    )


def tanda_ak01(case: Perkara) -> None:
    """Both signatures stand under the same content: one over another fingerprint is refused."""
    form = case.rumah().ikuti("Persetujuan asesmen (AK-01)").formulir("Setujui dan tanda tangani")
    form.isi(sandi=SANDI).tekan("Setujui dan tanda tangani", 422)
    form.palsu("sidik", "0" * 64).isi(setuju="1", sandi=SANDI).lagi("Setujui dan tanda tangani", 409, 422)
    filled = form.isi(setuju="1", sandi=SANDI)
    filled.tekan("Setujui dan tanda tangani")
    filled.lagi("Setujui dan tanda tangani", 303, 409)


# ---- session


def buat_sesi(staf: Jendela, skema: str, tuk: str, asesor: str) -> str:
    page = staf.buka("/sertifikasi/sesi/baru")
    form = page.formulir("Buat sesi").isi(skema=skema, tuk=tuk, asesor=asesor, hari=HARI, **WAKTU, kuota="5")
    return form.tekan("Buat sesi").alamat


def jadwalkan(case: Perkara, staf: Jendela, sesi: str) -> None:
    form = staf.buka(sesi).formulir("Jadwalkan dan undang").isi(permohonan=case.id)
    form.tekan("Jadwalkan dan undang")
    form.lagi("Jadwalkan dan undang", 303, 409, 422)
    home = case.rumah()
    assert "Kamis, 3 Desember 2026 pukul 09.00 WITA, Balai Uji Sagara, Kota Sagara" in home.kata
    card = teks(case.jendela.unduh(home.tautan("Jadwal asesmen, unduh kartu peserta")))
    assert "KARTU PESERTA ASESMEN" in card
    assert case.data["nama"] in card
    assert case.data["nik"] not in card


def hadir_dan_mulai(asesor: Jendela, sesi: str, *cases: Perkara) -> None:
    """Assessment begins only with who is recorded as here."""
    page = asesor.buka(sesi)
    page.formulir("Mulai asesmen").lagi("Mulai asesmen", 409, 422)
    for case in cases:
        case.diam()
    page = page.formulir("Simpan kehadiran").isi({f"hadir-{c.id}": "HADIR" for c in cases}).tekan("Simpan kehadiran")
    form = page.formulir("Mulai asesmen")
    form.tekan("Mulai asesmen")
    form.lagi("Mulai asesmen", 303, 409, 422)


def nilai(asesor: Jendela, tugas: str, gagal: bool = False) -> None:
    """FR.AK.02 unit by unit, then the recommendation; totals that contradict it are refused."""
    page = asesor.buka(f"{tugas}/ak-02")
    early = page.formulir("Tanda tangani dan kirim rekomendasi").isi(rekomendasi="K", sandi=SANDI)
    early.lagi("Tanda tangani dan kirim rekomendasi", 409, 422)
    for place in range(len(page.semua("Simpan unit"))):
        form = page.semua("Simpan unit")[place]
        values: dict[str, Any] = {"metode": ["OBSERVASI"], "hasil": "K"}
        if gagal and place == 0:
            values |= {"hasil": "BK", "gagal": form.medan["gagal"].pilihan[:1], "tindak_lanjut": "Mengulang unit ini."}
        page = form.isi(values).tekan("Simpan unit")
    form = page.formulir("Tanda tangani dan kirim rekomendasi")
    if gagal:
        form.isi(rekomendasi="K", sandi=SANDI).tekan("Tanda tangani dan kirim rekomendasi", 422)
    after = "Mengulang unit itu dalam 3 bulan." if gagal else ""
    filled = form.isi(rekomendasi="BK" if gagal else "K", tindak_lanjut=after, sandi=SANDI)
    filled.tekan("Tanda tangani dan kirim rekomendasi")
    filled.lagi("Tanda tangani dan kirim rekomendasi", 303, 409)


def tanda_ak02(case: Perkara) -> None:
    """The asesi signs, then answers FR.AK.03."""
    form = case.rumah().ikuti("Rekam asesmen (AK-02)").formulir("Tanda tangani").isi(sandi=SANDI)
    page = form.tekan("Tanda tangani")
    form.lagi("Tanda tangani", 303, 409)
    assert page.alamat.endswith("/ak-03")
    asked = page.formulir("Kirim umpan balik")
    answers: dict[str, Any] = {name: "YA" for name, medan in asked.medan.items() if medan.jenis == "radio"}
    filled = asked.isi({**answers, "k3": "Penjelasan jelas", "catatan": "Terima kasih"})
    filled.tekan("Kirim umpan balik")
    filled.lagi("Kirim umpan balik", 303, 409, 422)


def tutup_sesi(asesor: Jendela, sesi: str) -> Layar:
    """FR.AK.05 and the berita acara."""
    form = asesor.buka(sesi).formulir("Tanda tangani dan tutup sesi").isi(aspek="Alat lengkap dan tertib", sandi=SANDI)
    page = form.tekan("Tanda tangani dan tutup sesi")
    form.lagi("Tanda tangani dan tutup sesi", 303, 409)
    return page
