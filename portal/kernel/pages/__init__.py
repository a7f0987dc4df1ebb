"""The kernel's own screens."""

from portal.kernel.pages import peristiwa  # noqa: F401  (words for its events)
from portal.kernel.pages.akun import module as akun
from portal.kernel.pages.beranda import module as beranda
from portal.kernel.pages.berkas import module as berkas
from portal.kernel.pages.cadangan import module as cadangan
from portal.kernel.pages.daftar import module as daftar
from portal.kernel.pages.gaya import module as gaya
from portal.kernel.pages.impor import module as impor
from portal.kernel.pages.kabar import module as kabar
from portal.kernel.pages.kode import module as kode
from portal.kernel.pages.kontak import module as kontak
from portal.kernel.pages.kotak import module as kotak
from portal.kernel.pages.laporan import module as laporan
from portal.kernel.pages.libur import module as libur
from portal.kernel.pages.log import module as log
from portal.kernel.pages.lupa import module as lupa
from portal.kernel.pages.masuk import module as masuk
from portal.kernel.pages.panduan import module as panduan
from portal.kernel.pages.pengguna import module as pengguna
from portal.kernel.pages.peran import module as peran
from portal.kernel.pages.potongan import module as potongan
from portal.kernel.pages.satuan import module as satuan
from portal.kernel.pages.sehat import module as sehat
from portal.kernel.pages.sso import module as sso
from portal.kernel.pages.surat import module as surat
from portal.kernel.pages.tampilan import module as tampilan
from portal.kernel.pages.tugas import module as tugas
from portal.kernel.pages.verifikasi import module as verifikasi

MODULES = [
    akun,
    beranda,
    berkas,
    cadangan,
    daftar,
    gaya,
    kabar,
    impor,
    kode,
    kontak,
    kotak,
    laporan,
    libur,
    log,
    lupa,
    masuk,
    panduan,
    pengguna,
    peran,
    potongan,
    satuan,
    sehat,
    sso,
    surat,
    tampilan,
    tugas,
    verifikasi,
]
