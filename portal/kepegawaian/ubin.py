"""Doors of this module on the home page; what waits there for somebody stands with its feature."""

from portal.kepegawaian import LIHAT, SENDIRI, SURAT, module
from portal.kernel.people import Principal
from portal.kernel.web import Tile

DATA_SAYA = Tile("Data saya", "/kepegawaian/saya", "user", note="Riwayat dan berkas", order=34)
PEGAWAI = Tile("Data pegawai", "/kepegawaian", "users", note="Keadaan pada tanggal apa pun", order=35)
LETTERS = Tile("Surat pengantar", "/kepegawaian/surat", "mail", note="Usulan dan nomornya", order=36)


def doors(user: Principal) -> list[Tile]:
    found = [DATA_SAYA] if user.pegawai_id and user.has(SENDIRI) else []
    if user.has(LIHAT):
        found.append(PEGAWAI)
    return [*found, LETTERS] if user.has(SURAT) else found


module.tiles.append(doors)
