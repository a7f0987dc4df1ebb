"""What the map of the demo city has to tell: a Plt about to end, an empty seat, a koordinator, somebody without OPD."""

import uuid
from datetime import date, timedelta
from typing import Any

from portal.kepegawaian import demo as city_demo
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import JF, STRUKTURAL
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel.db import db, now
from portal.kernel.demo import kota, today
from portal.kernel.demo.kota import City, Seat
from portal.kernel.organisation import DEFINITIF, Orang, Pegawai
from portal.kernel.organisation import JF as FUNGSIONAL
from portal.kernel.organisation import Unit as Satuan

RUANG = uuid.UUID("5a4d7f0e-3f6b-5b0a-8f77-2d9b6c1e4a20")
BERDIRI = date(2025, 1, 2)
LAHIR, NIP = date(1991, 6, 17), "199106172019031014"
PLT_LAGI, KOOR_LAMA = 12, 300  # days the Plt still has, days the koordinator will still be one


def cerita(city: City, skala: str) -> None:
    """Add two young seksi, who acts for one of them, and two people. The register of the city stands."""
    pd = city.unit(next(one["pd"] for one in kota.cast() if one.get("peran") == "admin_pd"))
    if db.session.get(Satuan, _key("seksi plt")) is not None:
        return
    seats = [s for s in city.seats if s.unit.pd is pd and s.jenis == DEFINITIF and s.holds(today())]
    heads = [s for s in seats if s.is_pimpinan and s.unit is not pd]
    experts = [s for s in seats if s.jenis_jabatan == FUNGSIONAL and not s.is_pimpinan]
    if not heads:
        return
    above = heads[0].unit
    acting = _seksi("seksi plt", "Seksi Inovasi Layanan", above.id, pd.id, f"{above.kode}.91")
    _seksi("seksi kosong", "Seksi Kerja Sama Antardaerah", above.id, pd.id, f"{above.kode}.92")
    day = today()
    _role(heads[0], acting, "PLT", "Kepala Seksi Inovasi Layanan", True, day - timedelta(days=80),
          day + timedelta(days=PLT_LAGI))  # fmt: skip
    if experts:
        _role(experts[0], experts[0].unit.id, "KOOR", "Koordinator Kelompok Substansi", False,
              day - timedelta(days=60), day + timedelta(days=KOOR_LAMA))  # fmt: skip
    _unplaced()


city_demo.CERITA.append(cerita)


def _key(what: str) -> uuid.UUID:
    return uuid.uuid5(RUANG, what)


def _seksi(what: str, nama: str, induk: str, pd: str, kode: str) -> uuid.UUID:
    key, above, top = _key(what), uuid.UUID(induk), uuid.UUID(pd)
    db.session.add(Satuan(id=key, kode=kode, nama=nama, jenis="SEKSI", induk_id=above, pd_id=top, urut=90,
                          mulai=BERDIRI))  # fmt: skip
    db.session.flush()
    db.session.add(UnorVersi(id=key, unit_id=key, nama=nama, nama_jabatan=f"Kepala {nama}", jenis="SEKSI",
                             eselon="IV.a", induk_id=above, pd_id=top, urut=90, formasi=4,
                             dasar="Perwali Sagara 3/2025", mulai=BERDIRI))  # fmt: skip
    db.session.flush()
    return key


def _role(seat: Seat, unit: Any, kind: str, jabatan: str, head: bool, start: date, end: date) -> None:
    who = uuid.UUID(seat.person.id)
    db.session.add(r.RiwayatJabatan(
        id=_key(f"{kind} {seat.person.id}"), pegawai_id=who, jenis_jabatan=STRUKTURAL if head else JF,
        nama_jabatan=jabatan, unit_id=uuid.UUID(str(unit)), pimpinan=head, jalur=r.TAMBAHAN, penugasan=kind,
        tmt=start, selesai=end, nomor_sk=f"821.2/{kind}/{start.year}", tanggal_sk=start - timedelta(days=5),
        pejabat="Wali Kota Sagara", sumber=r.IMPOR, status=r.TERVERIFIKASI, dicatat_at=now(),
    ))  # fmt: skip
    db.session.flush()
    bangun.rebuild([who])


def _unplaced() -> None:
    """Appointed and verified as a pegawai, while the decision on a seat never came."""
    human = Orang(id=_key("orang"), nama="Rangga Wiratmaja", tanggal_lahir=LAHIR, jenis_kelamin="L")
    one = Pegawai(id=_key("pegawai"), orang_id=human.id, nip=NIP, nama="Rangga Wiratmaja, S.Kom", status="PNS")
    db.session.add(human)
    db.session.flush()
    db.session.add(one)
    db.session.flush()
    for table, values in ((r.RiwayatKedudukan, {"kode": "01"}), (r.RiwayatGolongan, {"golongan": "III/b"})):
        db.session.add(table(
            id=_key(table.__tablename__), pegawai_id=one.id, tmt=date(2019, 3, 1), nomor_sk="813/214/2019",
            sumber=r.IMPOR, status=r.TERVERIFIKASI, dicatat_at=now(), **values,
        ))  # fmt: skip
    db.session.flush()
    bangun.rebuild([one.id])
