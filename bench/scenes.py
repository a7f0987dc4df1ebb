"""Who opens which page: people of the demo city picked by what their pages show."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Flask
from redis import Redis

from bench import shapes
from bench.minimal import Page
from bench.place import BenchError, Place
from bench.requests import Request
from bench.visitors import Visitor, sign_in
from portal.kernel import people

MONTH = """
SELECT kb.tahun, kb.bulan FROM kinerja_bulanan kb JOIN pengajuan p ON p.id = kb.submission_id
WHERE p.status = 'BERJALAN' GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1
"""
FILLING = """
SELECT u.id FROM kinerja_bulanan kb JOIN pengajuan p ON p.id = kb.submission_id
JOIN pengguna u ON u.pegawai_id = kb.pegawai_id
JOIN kinerja_realisasi_bulanan r ON r.kinerja_bulanan_id = kb.id
WHERE kb.tahun = %(tahun)s AND kb.bulan = %(bulan)s AND p.status = 'BERJALAN' AND kb.renaksi_status = 'DRAF'
  AND (SELECT count(*) FROM kinerja_bulanan x WHERE x.pegawai_id = kb.pegawai_id) >= %(bulan)s
GROUP BY u.id HAVING count(*) = %(baris)s AND min(r.target) > 0 AND count(r.realisasi) = count(*)
ORDER BY u.id LIMIT 1
"""
YEARS = """
SELECT u.id FROM kinerja_bulanan kb JOIN pengguna u ON u.pegawai_id = kb.pegawai_id
WHERE kb.tahun = %s GROUP BY u.id ORDER BY count(*) {order}, u.id LIMIT 1
"""
ROLE = "SELECT user_id FROM penugasan_peran WHERE peran = %s AND unit_id IS NULL ORDER BY user_id LIMIT 1"


@dataclass(frozen=True)
class Scene:
    """A hot page: whose it is, and the same page with few and with many rows."""

    page: Page
    request: Request
    visitor: Visitor
    few: Request
    many: Request


class Scenes:
    """Signed-in people and their pages on one application."""

    def __init__(self, place: Place, app: Flask) -> None:
        self.place, self.app = place, app
        self.redis = Redis.from_url(place.environment["REDIS_URL"])
        self.tahun, self.bulan = self.one(MONTH)

    def one(self, query: str, values: Any = None) -> Any:
        """The first row. Raises BenchError when the demo data have nobody like that."""
        with self.place.connect() as connection:
            row = connection.execute(query.encode(), values).fetchone()
        if row is None:
            raise BenchError(f"Data peragaan tidak memuat yang dicari: {' '.join(query.split())[:120]}")
        return row

    def visitor(self, user_id: uuid.UUID) -> Visitor:
        return sign_in(self.redis, [user_id])[0]

    def request(self, path: str, user_id: uuid.UUID, *headers: tuple[str, str]) -> Request:
        return Request(self.app, path, self.visitor(user_id).cookie, headers)

    def person(self, visitor: Visitor) -> dict[str, str]:
        """What the hand-written pages know of the person, as the portal has it after a visit."""
        kept = self.redis.get(people.cache_key(visitor.user_id))
        who = people.load(bytes(kept).split(b"|", 2)[2])  # type: ignore[arg-type]  # epoch, day, person
        return {"id": who.id.hex, "nama": who.nama, "jabatan": who.jabatan, "unit": who.unit, "inisial": who.inisial}

    def hot(self) -> list[Scene]:
        few, many = self.place.few, self.place.many
        inbox = self.place.people[len(self.place.people) // 2]
        if few is None or many is None:
            raise BenchError("Kotak berisi 3 dan 30 kiriman tidak ada. Muat ulang: python -m bench --muat")
        step = f"/kinerja/{self.tahun}/{self.bulan:02d}/renaksi"
        when = {"tahun": self.tahun, "bulan": self.bulan}
        filling = {n: self.one(FILLING.replace(">= %(bulan)s", ">= 1") if n != 4 else FILLING,
                               {**when, "baris": n})[0] for n in (3, 4, 5)}  # fmt: skip
        years = {order: self.one(YEARS.format(order=order), (self.tahun,))[0] for order in ("ASC", "DESC")}
        watch, watcher = f"/kinerja/monitoring?bulan={self.bulan}&tahun={self.tahun}", self.one(ROLE, ("bkpsdm",))[0]
        return [
            self._scene(shapes.INBOX, "/kotak-persetujuan", inbox, few, many),
            self._scene(shapes.STEP, step, filling[4], filling[3], filling[5]),
            self._scene(shapes.HOME, "/beranda", inbox, few, many),
            self._scene(shapes.YEAR, "/kinerja", filling[4], years["ASC"], years["DESC"]),
            self._scene(shapes.WATCH, watch, watcher, watcher, watcher, "&cari=puspa+sari"),
        ]

    def _scene(
        self, page: Page, path: str, who: uuid.UUID, few: uuid.UUID, many: uuid.UUID, fewer: str = ""
    ) -> Scene:  # fmt: skip
        visitor = self.visitor(who)
        request = Request(self.app, path, visitor.cookie)
        return Scene(page, request, visitor, self.request(path + fewer, few), self.request(path, many))
