"""An asesi who fills forms: accounts, files, and the posts of both wizards as a browser without script sends them."""

import io
import re
import uuid
from typing import Any

from PIL import Image
from werkzeug.test import TestResponse

from portal.kernel import approval, people
from portal.kernel.db import db
from portal.kernel.people import User
from portal.sertifikasi.saya import kasus, services
from portal.sertifikasi.saya.kasus import Kasus
from portal.sertifikasi.skema.models import SkemaVersi
from tests.conftest import Client
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi.factories import skema_versi

PASSWORD = "kuda hijau melompat pagar"
NIK = "3171014309900001"  # a woman born on 3 September 1990
DATA = {
    "nama": "Ratna Wulandari", "kebangsaan": "ID", "nik": NIK, "tempat_lahir": "Sagara", "tanggal_lahir": "3-9-1990",
    "jenis_kelamin": "P", "alamat": "Jalan Teratai 12, Kelurahan Uji", "provinsi": "31", "kode_pos": "10110",
    "hp": "0812 3456 7890", "surel": "ratna@contoh.id", "pendidikan": "S1",
}  # fmt: skip
PEKERJAAN = {
    "status_kerja": "BPBD", "instansi": "BPBD Kota Sagara", "jabatan": "Petugas logistik",
    "alamat_kantor": "Jalan Balai Kota 1, Sagara", "lama_pengalaman": "4",
}  # fmt: skip
SKEMA = {"tujuan": "SERTIFIKASI", "tuk_provinsi": "31"}
STEPS = {"data": DATA, "pekerjaan": PEKERJAAN, "skema": SKEMA}


def asesi(nama: str = "Ratna Wulandari", **more: Any) -> User:
    user = UserFactory(nama=nama, **more)
    people.set_password(user, PASSWORD)
    db.session.flush()
    return user


def officer(peran: str = "sekretariat_lsp") -> Any:
    user = UserFactory(nama=f"Petugas {peran}")
    give(user, peran)
    return principal(user)


def principal(user: User) -> Any:
    from portal.kernel import access

    db.session.flush()
    return people.principal_of(user.id, access.grants())


def picture(shade: int = 120, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG; another shade is another file."""
    out = io.BytesIO()
    Image.new("RGB", size, (shade, shade // 2, 255 - shade)).save(out, "JPEG")
    return out.getvalue()


def file(shade: int = 120, name: str = "ijazah.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture(shade)), name


def draft(user: User, versi: SkemaVersi | None = None) -> Kasus:
    versi = versi or skema_versi()
    case, _ = services.start(principal(user), versi.skema)
    return read(user, case.id)


def read(user: User, id: uuid.UUID) -> Kasus:
    return kasus.find(principal(user), id)


def start(client: Client, versi: SkemaVersi) -> str:
    """Press "Mulai permohonan". Returns the address of the case."""
    answer = client.post(f"/sertifikasi/saya/mulai/{versi.skema.kode}")
    assert answer.status_code == 303, answer.text
    return str(answer.location).rsplit("/apl-01", 1)[0]


def post(client: Client, address: str, **fields: Any) -> TestResponse:
    """One press of a button; `_` in names stays, `aksi` is "lanjut" when not given."""
    return client.post(address, data={"aksi": "lanjut", **fields}, content_type="multipart/form-data")


def fill(client: Client, base: str) -> None:
    """Steps 1 to 4 with everything that sending needs."""
    for step, values in STEPS.items():
        answer = post(client, f"{base}/apl-01/{step}", **values, **{"ada-konfirmasi": "1", "konfirmasi": "1"})
        assert answer.status_code == 303, (step, messages(answer))
    rows = {f"s{n}-berkas": file(10 * n, f"bukti-{n}.jpg") for n in (1, 2, 4, 5, 6)}
    answer = post(client, f"{base}/apl-01/syarat", **rows)
    assert answer.status_code == 303, messages(answer)


def send(client: Client, base: str, form: str = "apl-01", **changes: Any) -> TestResponse:
    step = {"apl-01": "periksa", "apl-02": "tinjau"}[form]
    values = {"aksi": "ajukan", "kunci": str(uuid.uuid4()), "pernyataan": "1", "sandi": PASSWORD, **changes}
    return post(client, f"{base}/{form}/{step}", **values)


def answer_all(client: Client, base: str, found: Kasus) -> None:
    """K with a note for every elemen."""
    note = "Dilakukan di Desa Uji pada bulan Mei 2025"
    for unit in found.units:
        fields = {f"e{e.urut}-jawaban": "K" for e in unit.unit.elemen}
        fields |= {f"e{e.urut}-catatan": note for e in unit.unit.elemen}
        answer = post(client, f"{base}/apl-02/unit-{unit.urut}", **fields)
        assert answer.status_code == 303, messages(answer)


def move(found: Kasus, name: str, by: Any, note: str = "", **detail: Any) -> None:
    """What an officer does to the case, with the columns their pages would set."""
    approval.move(found.p.submission_id, name, by, note=note, rincian=detail or None)
    db.session.flush()


def messages(answer: TestResponse) -> list[str]:
    """What the page says is wrong."""
    found = re.search(r'<div class="error-summary".*?</ul>', answer.text, re.DOTALL)
    return re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", found.group(0)) if found else []


def id_of(base: str) -> uuid.UUID:
    return uuid.UUID(base.rsplit("/", 1)[1])
