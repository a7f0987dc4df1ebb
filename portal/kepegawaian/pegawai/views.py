"""Pages of the list of pegawai."""

from werkzeug.wrappers import Response

from portal.kepegawaian import LIHAT, module
from portal.kepegawaian.pegawai import daftar


@module.route("", can=LIHAT)
def pegawai_list() -> Response:
    return daftar.DAFTAR.respond("kepegawaian/pegawai_list.html")
