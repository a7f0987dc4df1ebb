"""Application to certificate and to appeal, through the screens of every role: pages read, forms filled, pressed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from portal.kernel import activity
from portal.sertifikasi.saya import models as m
from tests.kernel.factories import give
from tests.layar import Jendela
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi import langkah
from tests.sertifikasi import langkah_putusan as putusan
from tests.sertifikasi.factories import lisensi
from tests.sertifikasi.langkah import Perkara

pytestmark = pytest.mark.usefixtures("jam")


class Kantor:
    """The LSP with a window for each officer. The asesor sits in the komite, too."""

    def __init__(self, app: Flask, jam: Any) -> None:
        self.app, self.jam = app, jam
        self.lsp = f.Lsp()
        self.kode, self.versi = self.lsp.versi.skema.kode, self.lsp.versi.id
        lisensi(self.lsp.versi, date(2026, 1, 1), date(2030, 12, 31))
        give(self.lsp.asesor_user, "komite_teknis")
        other = f.account("Asa Lain", "asesor")
        self.asesor_id, self.asesor2_id = self.lsp.asesor.id, f.asesor(other, self.lsp.versi).id
        people = {
            "staf": self.lsp.sekretariat,
            "rekan": self.lsp.rekan,
            "manajer": self.lsp.manajer,
            "asesor": self.lsp.asesor_user,
            "asesor2": other,
            "ketua": f.account("Kirana Ketua", "ketua_lsp"),
        }
        people |= {f"komite{n}": f.account(f"Komite {n}", "komite_teknis") for n in range(1, 6)}
        self.orang = people
        self.jendela = {name: Jendela.baru(app, user.pengguna, langkah.SANDI).masuk() for name, user in people.items()}

    def __getattr__(self, name: str) -> Jendela:
        return self.__dict__["jendela"][name]

    def asesi(self, data: dict[str, str], alamat: str) -> Perkara:
        """Somebody who registers and starts a case."""
        page = langkah.daftar(Jendela.baru(self.app), self.kode, data["nama"], alamat)
        return langkah.mulai(page, self.jam, data)

    def pindah(self, saat: Any, *others: Jendela) -> None:
        """Time passes; everybody signs in again."""
        self.jam.move_to(saat)
        for window in (*self.jendela.values(), *others):
            window.masuk()


def sampai_ak01(k: Kantor, case: Perkara) -> str:
    """APL-01 with one return, APL-02, asesor, review, agreement. Returns the address of the assignment."""
    langkah.kirim_apl01(case, langkah.isi_apl01(case))
    case.bergerak("ajukan", ke=m.DIAJUKAN)
    langkah.minta_perbaikan(langkah.verifikasi(case, k.staf, tolak="Pas foto"))
    case.bergerak("minta_perbaikan", ke=m.PERLU_PERBAIKAN)
    langkah.perbaiki(case)
    case.bergerak("ajukan", ke=m.DIAJUKAN)
    langkah.terima(langkah.verifikasi(case, k.staf))
    case.bergerak("terima", ke=m.APL01_DITERIMA)
    langkah.kirim_apl02(case, langkah.isi_apl02(case))
    case.bergerak("ajukan_apl02", ke=m.APL02_DIAJUKAN)
    langkah.usulkan(case, k.staf, str(k.asesor_id))
    case.bergerak(ke=m.APL02_DIAJUKAN)
    tugas = langkah.nyatakan(k.asesor)
    langkah.setujui_asesor(case, k.manajer)
    case.bergerak("tugaskan", ke=m.ASESOR_DITUGASKAN)
    langkah.mulai_tinjau(k.asesor, tugas)
    case.bergerak("mulai_tinjau", ke=m.DITINJAU)
    langkah.tinjau(k.asesor, tugas)
    case.bergerak("siap", ke=m.SIAP_ASESMEN)
    langkah.siapkan_ak01(k.asesor, tugas, str(k.lsp.tuk.id))
    langkah.tanda_ak01(case)
    case.bergerak("setujui_ak01", ke=m.AK01_DISETUJUI)
    return tugas


def dinilai(k: Kantor, sesi: str, *hasil: tuple[Perkara, str, bool]) -> None:
    """The day of the assessment: attendance, FR.AK.02 of each, signatures, FR.AK.03, the closed session."""
    cases = [case for case, _, _ in hasil]
    k.pindah(datetime(2026, 12, 3, 1, 0, tzinfo=UTC), *(case.jendela for case in cases))
    langkah.hadir_dan_mulai(k.asesor, sesi, *cases)
    for case, tugas, gagal in hasil:
        case.bergerak("mulai", ke=m.BERLANGSUNG)
        langkah.nilai(k.asesor, tugas, gagal=gagal)
        case.bergerak("rekomendasikan", ke=m.DIREKOMENDASIKAN)
        langkah.tanda_ak02(case)
        case.bergerak(ke=m.DIREKOMENDASIKAN)
    page = langkah.tutup_sesi(k.asesor, sesi)
    assert "Berita acara asesmen" in page.kata
    langkah.pekerja()


def diputuskan(k: Kantor, kompeten: Perkara, belum: Perkara) -> str:
    """Pleno of three, the asesor set aside by the rules; quorum of two. Returns its address."""
    k.manajer.buka("/sertifikasi/pengaturan").formulir("Simpan pengaturan").isi(kuorum="2").tekan("Simpan pengaturan")
    seats = [str(k.orang[name].id) for name in ("komite1", "komite2", "asesor")]
    pleno = putusan.undang(k.manajer, *seats, tanggal="10-12-2026")
    putusan.bawa(k.manajer, pleno, kompeten, belum)
    for case in (kompeten, belum):
        case.bergerak("ke_pleno", ke=m.MENUNGGU_KEPUTUSAN)
    votes = {kompeten.data["nama"]: "K", belum.data["nama"]: "BK"}
    putusan.hadirkan(k.komite1, pleno, seats[0], seats[2])
    page = putusan.suara(k.komite1, pleno, votes)
    assert page.kata.count("Tidak kuorum: 1 anggota dapat memutuskan") == 2
    assert not page.semua("Catat: kompeten")
    putusan.hadirkan(k.komite1, pleno, *seats)
    page = k.asesor.buka(pleno)
    assert page.kata.count("Anda tidak ikut memutuskan baris ini: menilai asesi ini.") == 2
    assert not page.semua("Simpan suara saya")
    putusan.suara(k.komite2, pleno, votes)
    putusan.putuskan(k.komite1, pleno, "K")
    kompeten.bergerak("kompeten", ke=m.KOMPETEN)
    putusan.putuskan(k.komite1, pleno, "BK", "Unit pertama belum ditunjukkan.")
    belum.bergerak("belum_kompeten", ke=m.BELUM_KOMPETEN)
    putusan.tutup(k.komite1, pleno)
    langkah.pekerja()
    return pleno


def ditetapkan(k: Kantor, pleno: str, *cases: Perkara) -> str:
    """SK prepared by the manajer, signed by the ketua. Returns its address."""
    sk = putusan.siapkan_sk(k.manajer, pleno, "SK/1/LSP/XII/2026")
    assert "SK penetapan hasil sedang disiapkan." in cases[0].hasil().kata
    assert "Tidak ada SK yang menunggu" in k.staf.buka("/sertifikasi/paket/baru").kata
    putusan.tanda_sk(k.ketua, sk)
    langkah.pekerja()
    for case in cases:
        assert "SK/1/LSP/XII/2026" in case.hasil().kata
        case.bergerak(ke=case.kini()[0])
    return sk


def terbit(k: Kantor, sk: str, case: Perkara) -> str:
    """Package, blanko, numbers, signature, the paper. Returns the address of the certificate."""
    files = putusan.paket(k.staf, "B/7/LSP/XII/2026")
    case.bergerak("minta_nomor", ke=m.MENUNGGU_NOMOR)
    assert [name[:2] for name in sorted(files)] == ["1-", "2-", "2-", "3-", "4-"]
    assert "Ratna Wulandari" in langkah.teks(next(body for name, body in files.items() if name.startswith("3-")))
    rows = putusan.tabel(next(body for name, body in files.items() if name.startswith("4-")))
    assert {(row[-1], langkah.RATNA["nik"] in row, langkah.BIMA["nik"] in row) for row in rows[1:]} == {
        ("K", True, False), ("BK", False, True),
    }  # fmt: skip
    putusan.terima_blanko(k.staf, "1234501 - 1234503")
    putusan.catat_nomor(k.staf, f"{case.baris.nomor}\t84234 1439 3 0000123 2026\tPBN.0001.00123 2026\t1234501")
    case.bergerak(ke=m.MENUNGGU_NOMOR)
    assert putusan.peristiwa(case) == ["bernomor"]
    putusan.tanda_sertifikat(k.ketua)
    case.bergerak("terbit", ke=m.BERSERTIFIKAT)
    assert putusan.peristiwa(case) == ["bernomor", "terbit"]
    page = case.hasil()
    paper = langkah.teks(putusan.unduh(case.jendela, page.tautan("Unduh sertifikat")))
    for printed in ("Ratna Wulandari", "84234 1439 3 0000123 2026", "PBN.0001.00123 2026", "10 Desember 2029"):
        assert printed in paper, printed
    certificate = k.staf.buka("/sertifikasi/sertifikat").tautan_berisi("/sertifikasi/sertifikat/")
    return next(address for address in certificate if "Ratna Wulandari" in k.staf.buka(address).kata)


def kertas(case: Perkara) -> None:
    """The asesi opens every form of their own, and reads their name on it."""
    page = case.rumah()
    codes = ("FR.APL.01", "FR.APL.02", "FR.AK.01", "FR.AK.02", "FR.AK.03")
    for code in codes:
        address = next(e.get("href") for e in page.pohon.iter("a") if langkah.words(e).startswith(code))
        assert case.data["nama"] in langkah.teks(putusan.unduh(case.jendela, address)), code


def umum(k: Kantor, case: Perkara) -> str:
    """What somebody without an account reads, by the address on the certificate."""
    address = next(iter(case.hasil().tautan_berisi("/verifikasi/")))
    page = Jendela.baru(k.app).buka(address)
    assert "Ratna Wulandari" in page.kata
    assert "3171014309900001" not in page.html
    return langkah.kelas(page, "verdict-status")


def berubah(k: Kantor, sertifikat: str, case: Perkara) -> None:
    """Valid, suspended, reinstated, revoked; each is public with the signature of the ketua."""
    assert umum(k, case).startswith("BerlakuSertifikat")
    putusan.usulkan(k.staf, sertifikat, "TANGGUHKAN", "PEMERIKSAAN")
    assert not k.manajer.buka(sertifikat).semua("Simpan keputusan"), "the holder has seven days to answer"
    answer = case.hasil().formulir("Kirim tanggapan")
    answer.isi(tanggapan="Saya siap diperiksa kapan saja.").tekan("Kirim tanggapan")
    putusan.putuskan_usul(k.manajer, sertifikat)
    assert umum(k, case).startswith("BerlakuSertifikat")
    putusan.tetapkan(k.ketua, sertifikat, "penangguhan")
    assert umum(k, case).startswith("DitangguhkanSertifikat")
    putusan.usulkan(k.staf, sertifikat, "PULIHKAN", "TIDAK_TERBUKTI", bukti=False)
    putusan.putuskan_usul(k.manajer, sertifikat)
    putusan.tetapkan(k.ketua, sertifikat, "pemulihan")
    assert umum(k, case).startswith("BerlakuSertifikat")
    putusan.usulkan(k.staf, sertifikat, "CABUT", "BUKTI_PALSU")
    k.pindah(datetime(2026, 12, 18, 2, 0, tzinfo=UTC), case.jendela)
    putusan.putuskan_usul(k.manajer, sertifikat)
    putusan.tetapkan(k.ketua, sertifikat, "pencabutan")
    assert umum(k, case).startswith("DicabutSertifikat")
    case.bergerak(ke=m.BERSERTIFIKAT)
    assert putusan.peristiwa(case) == ["bernomor", "terbit", "tangguhkan", "pulihkan", "cabut"]


def dibanding(k: Kantor, case: Perkara) -> None:
    """FR.AK.04, a panel of others, accepted: a new case that waits for another asesor."""
    case.jendela.masuk()
    putusan.banding(case)
    langkah.pekerja()
    address = k.manajer.buka("/sertifikasi/banding").tautan_berisi("/sertifikasi/banding/")[0]
    seats = [str(k.orang[name].id) for name in ("komite3", "komite4")]
    barred = k.manajer.buka(address).formulir("Daftarkan banding").medan["panel"].pilihan
    assert not {str(k.orang[name].id) for name in ("komite1", "komite2", "asesor")} & set(barred)
    putusan.panel(k.manajer, address, *seats)
    putusan.keterangan(k.asesor, address)
    assert not k.komite5.buka(address).semua("Simpan putusan")
    putusan.putuskan_banding(k.komite3, address)
    signing = k.ketua.buka(address).formulir("Tanda tangani putusan").isi(sandi=k.ketua.sandi)
    signing.tekan("Tanda tangani putusan")
    case.bergerak(ke=m.BELUM_KOMPETEN)
    page = case.hasil().ikuti("Buka permohonan ulang")
    again = Perkara(case.jendela, page.alamat, k.jam, case.data)
    again.bergerak("banding_ulang", ke=m.APL02_DIAJUKAN)
    again_page = k.staf.buka(f"{again.lsp}/penugasan?rencana=4-1-2027")
    assert "Tidak dapat" in langkah.words(putusan.baris(again_page, "Asa Sesor"))
    langkah.usulkan(again, k.staf, str(k.asesor2_id), "4-1-2027")
    langkah.nyatakan(k.asesor2)
    langkah.setujui_asesor(again, k.manajer)
    again.bergerak("tugaskan", ke=m.ASESOR_DITUGASKAN)


def test_from_application_to_certificate(app: Flask, jam: Any) -> None:
    k = Kantor(app, jam)
    ratna = k.asesi(langkah.RATNA, langkah.RATNA["surel"])
    bima = k.asesi(langkah.BIMA, langkah.BIMA["hp"])
    tugas, tugas2 = sampai_ak01(k, ratna), sampai_ak01(k, bima)
    lsp = k.lsp
    sesi = langkah.buat_sesi(k.staf, str(k.versi), str(lsp.tuk.id), str(lsp.asesor.id))
    for case in (ratna, bima):
        langkah.jadwalkan(case, k.staf, sesi)
        case.bergerak("jadwalkan", ke=m.TERJADWAL)
    dinilai(k, sesi, (ratna, tugas, False), (bima, tugas2, True))
    k.pindah(datetime(2026, 12, 10, 2, 0, tzinfo=UTC), ratna.jendela, bima.jendela)
    sk = ditetapkan(k, diputuskan(k, ratna, bima), ratna, bima)
    sertifikat = terbit(k, sk, ratna)
    kertas(ratna)
    berubah(k, sertifikat, ratna)
    dibanding(k, bima)
    assert activity.verify().broken is None
