"""Push: each item goes its steps, every step is committed, and before each save SIASN is looked at again.

SIASN has no key against repeating a save. So a row is only written after a look that did not find it, and whatever
happened to an answer, the next thing is another look.
"""

import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.jenis import JENIS
from portal.kepegawaian.siasn import banding, bentuk, catatan, jalan, paket, setelan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.banding import Bekal, Sisi
from portal.kepegawaian.siasn.jawaban import Ditolak, Sementara
from portal.kepegawaian.siasn.klien import Klien, Terputus, TidakPasti
from portal.kepegawaian.siasn.medan import Catatan, id_dari
from portal.kepegawaian.siasn.peta import Terjemah
from portal.kepegawaian.siasn.tarik import Baris
from portal.kernel import activity, jobs, storage
from portal.kernel.db import commit, db, now
from portal.kernel.documents import content_key
from portal.kernel.organisation import Pegawai

UJUNG = (m.TERBUKTI, m.GAGAL, m.BATAL)
SAMPAI_TERKIRIM = (m.DISETUJUI, m.MENGIRIM)

activity.declare(**{"kepegawaian.siasn_terkirim": "jenis aksi uraian siasn_id hasil"})


class Gugur(Exception):
    """This item ends here; the text says why."""


@jobs.kind("siasn-kirim", antrean="panjang")
def kirim(job: jobs.Job) -> None:
    """Go on with an approved parcel where it stands; may be killed anywhere and run again."""
    run = jalan.sesuai(job)
    if run is None or run.paket_id is None:
        return
    parcel = db.session.get_one(m.Paket, run.paket_id)
    row = setelan.ambil()
    changed = paket.berubah(parcel)
    if changed:
        _stop(run, parcel, changed)
        return
    jalan.dengan_klien(run, row, lambda client: _uninterrupted(run, row, parcel, client, job))


def _uninterrupted(run: m.Jalan, row: m.Setelan, parcel: m.Paket, client: Klien, job: jobs.Job) -> None:
    """A fault that outlasted its retries stops a parcel as a broken circuit does."""
    try:
        _work(run, row, parcel, client, job)
    except Sementara as error:
        raise Terputus(error.pesan) from error


def _stop(run: m.Jalan, parcel: m.Paket, why: str) -> None:
    """The live run would differ from the approved one: nothing more is sent."""
    run.status, run.alasan, run.selesai_at, run.pemegang = m.DIHENTIKAN, why, now(), None
    parcel.status, parcel.alasan = m.DIHENTIKAN, why
    db.session.flush()
    paket.lepas(parcel)
    activity.log("kepegawaian.siasn_ditolak", parcel, judul=parcel.judul, alasan=why)


def _work(run: m.Jalan, row: m.Setelan, parcel: m.Paket, client: Klien, job: jobs.Job) -> None:
    known = Bekal(Terjemah(), setelan.pemilik(), run.id)
    begun = now()
    query = sa.select(m.Kotak).where(m.Kotak.paket_id == parcel.id, m.Kotak.status.not_in(UJUNG)).order_by(m.Kotak.id)
    while (item := db.session.scalars(query.limit(1)).first()) is not None:
        if not jalan.masih(run):
            commit()
            return
        commit()
        Langkah(item, client, known, row).jalan()
        run.selesai += 1
        run.gagal += item.status == m.GAGAL
        setelan.sambungkan(row)
        stop = jalan.halangan(row, jalan.bukukan(run, client))
        if stop:
            jalan.jeda(run, *stop)
        commit()
        if stop:
            return
        jobs.progress(job, run.selesai, run.total)
        if now() - begun > jalan.SEPOTONG:
            run.pemegang = None
            jalan.antrekan(run, f"-{run.selesai}")
            return
    parcel.status = m.SELESAI
    jalan.tutup(run)


class Langkah:
    """One item on its way: DISETUJUI, MENGIRIM, TERKIRIM, BERKAS, TERBUKTI; or GAGAL with the reason."""

    def __init__(self, item: m.Kotak, client: Klien, known: Bekal, row: m.Setelan) -> None:
        self.item, self.client, self.known, self.row = item, client, known, row
        self.kind: Catatan = catatan.SEMUA[item.jenis]
        self.pegawai = db.session.get_one(Pegawai, item.pegawai_id)

    def jalan(self) -> None:
        try:
            if self.item.aksi == m.HAPUS:
                self._hapus()
            else:
                self._simpan()
        except (Gugur, Ditolak) as error:
            self._gagal(error.pesan if isinstance(error, Ditolak) else str(error))
        activity.log(
            "kepegawaian.siasn_terkirim", self.item, jenis=self.item.jenis, aksi=self.item.aksi,
            uraian=self.item.uraian, siasn_id=self.item.siasn_id, hasil=self.item.status,
        )  # fmt: skip

    def _lihat(self) -> list[Baris]:
        """What SIASN holds now, for the person and the kind."""
        commit()
        return self.kind.buka(self.client.baca(self.kind.alamat.format(nip=self.pegawai.nip)))

    def _ke(self, status: str) -> None:
        self.item.status = status
        commit()

    # ---- saving

    def _simpan(self) -> None:
        while self.item.status in SAMPAI_TERKIRIM:
            self._sekali()
        if self.item.status == m.TERKIRIM:
            self._berkas()
            self._ke(m.BERKAS)
        if self.item.status == m.BERKAS:
            self._buktikan()

    def _sekali(self) -> None:
        """Look, then write unless it is there already. One save at most; then the loop looks again or goes on."""
        item = self.item
        mine, rows = self._kita(), self._lihat()
        found = self._cari(mine, rows)
        if found is not None and not banding.beda(self.kind, mine.isi, self.kind.mereka(found)):
            self._punya(id_dari(found))
            return
        self._boleh(found)
        if item.percobaan >= self.row.percobaan:
            raise Gugur(item.galat or "SIASN berkali-kali tidak memberi jawaban. Tarik orang ini, lalu lihat.")
        self._berkas_ada()
        item.percobaan += 1
        self._ke(m.MENGIRIM)
        body = item.isi if self.kind.tunggal else {"id": id_dari(found) if found else "", **item.isi}
        try:
            new = self.client.simpan(self.kind.simpan, body, self.kind.hasil)
        except TidakPasti as error:
            item.galat = str(error)
            commit()
            time.sleep(min(float(self.row.jeda_awal) * 2 ** (item.percobaan - 1), 300.0))
            return
        if new or found:
            self._punya(new or id_dari(found or {}))

    def _kita(self) -> Sisi:
        row = paket.lokal(self.kind, self.item.lokal_id)
        if row is None:
            raise Gugur("Riwayat ini tidak lagi terverifikasi. Siapkan paket baru bila masih perlu.")
        return banding.sisi_kita(self.kind, row, self.known.peta)

    def _cari(self, mine: Sisi, rows: Sequence[Baris]) -> Baris | None:
        """Our row at SIASN: by its id, else by the natural key among rows that belong to no other entry of ours."""
        wanted = mine.siasn_id or self.item.siasn_id
        by_id = next((row for row in rows if wanted and id_dari(row) == wanted), None)
        if by_id is not None or self.kind.tunggal:
            return by_id
        taken = self._lain()
        free = [Sisi(row, self.kind.mereka(row)) for row in rows if id_dari(row) not in taken]
        key, number = mine.kunci(self.kind), mine.nomor(self.kind)
        found = [one.row for one in free if one.kunci(self.kind) == key]
        found = found or [one.row for one in free if number and one.nomor(self.kind) == number]
        if len(found) > 1:
            raise Gugur("Beberapa baris di SIASN cocok. Tarik lagi orang ini, lalu periksa pasangannya.")
        return found[0] if found else None

    def _lain(self) -> set[str]:
        """Ids that other entries of this person carry."""
        table: Any = r.TABEL[JENIS[self.kind.lokal].tabel]
        query = sa.select(table.siasn_id).where(
            table.pegawai_id == self.item.pegawai_id, table.siasn_id.is_not(None), table.id != self.item.lokal_id
        )
        return set(db.session.scalars(query))

    def _boleh(self, found: Baris | None) -> None:
        """What lies at SIASN is still what the second person saw. After a first save of ours it may be our own."""
        seen = self.item.sebelum
        if found is None and seen is not None:
            raise Gugur("Baris ini hilang dari SIASN sejak disetujui. Tarik lagi orang ini.")
        if found is None:
            return
        if seen is None:
            self.item.siasn_id = id_dari(found)
            raise Gugur("Baris ini sudah ada di SIASN dengan isi lain. Putuskan dulu bedanya.")
        if bentuk.sidik(self.kind.terlihat(found)) != bentuk.sidik(seen):
            raise Gugur("Baris di SIASN berubah sejak disetujui. Tarik lagi orang ini, lalu putuskan lagi.")

    def _punya(self, siasn_id: str) -> None:
        """Adopt the id, on the item and on our entry."""
        row = paket.lokal(self.kind, self.item.lokal_id)
        if row is not None and row.siasn_id != siasn_id:
            row.siasn_id = siasn_id
        self.item.siasn_id, self.item.galat = siasn_id, ""
        self._ke(m.TERKIRIM)

    # ---- the file

    def _berkas_ada(self) -> None:
        for one in self.item.berkas:
            if storage.get(content_key(one["sha256"])) is None:
                raise Gugur(f"Berkas {one['nama']} hilang dari penyimpanan. Unggah lagi, lalu siapkan ulang.")

    def _berkas(self) -> None:
        """Upload what is not there, and believe only what a new look shows under `path`."""
        if not self.item.berkas:
            return
        for attempt in range(self.row.percobaan):
            row = self._baris_kami(self._lihat())
            lacking = [one for one in self.item.berkas if not _ada(row, one["dok"])]
            if not lacking:
                return
            if attempt:
                time.sleep(float(self.row.jeda_awal))
            for one in lacking:
                self._unggah(one)
        raise Gugur(f"{banding.TANPA_BERKAS} Barisnya tersimpan; kirim lagi dari selisihnya.")

    def _unggah(self, one: dict[str, str]) -> None:
        body = storage.get(content_key(one["sha256"]))
        if body is None:
            raise Gugur(f"Berkas {one['nama']} hilang dari penyimpanan. Unggah lagi, lalu siapkan ulang.")
        fields = {"id_riwayat": self.item.siasn_id, "id_ref_dokumen": one["dok"]}
        self.client.unggah("upload-dok-rw", fields, f"{one['dok']}.pdf", body, one["mime"])

    def _baris_kami(self, rows: Sequence[Baris]) -> Baris:
        found = next((row for row in rows if id_dari(row) == self.item.siasn_id), None)
        if found is None:
            raise Gugur("Baris yang dikirim tidak tampak lagi di SIASN. Tarik lagi orang ini.")
        return found

    # ---- the proof

    def _buktikan(self) -> None:
        self._hitung()
        rows = self._lihat()
        there, mine = self._baris_kami(rows), self._kita()
        wrong = [*banding.beda(self.kind, mine.isi, self.kind.mereka(there)), *self._rusak(there)]
        banding.bandingkan(self.kind, self.item.pegawai_id, rows, self.known)
        if wrong:
            titles = {one.nama: one.judul for one in (*self.kind.medan, *self.kind.terbawa)}
            names = ", ".join(titles[name] for name in wrong)
            raise Gugur(f"Setelah dikirim, isi di SIASN berbeda: {names}. Buka selisihnya, bandingkan, putuskan lagi.")
        self.item.terbukti_at = now()
        self._ke(m.TERBUKTI)

    def _hitung(self) -> None:
        """Ask for data utama to be computed anew; refused, the row stays with what has to be sent again."""
        if not self.kind.hitung:
            return
        pns = db.session.scalar(
            sa.select(r.DataPegawai.siasn_id).where(r.DataPegawai.pegawai_id == self.item.pegawai_id)
        )
        try:
            self.client.hitung(self.kind.hitung, {"pns_orang_id": pns or ""})
        except Ditolak as error:
            raise Gugur(f"{banding.BELUM_DIHITUNG} {error.pesan}") from error
        pair = self._pasangan()
        if pair is not None and pair.catatan.startswith(banding.BELUM_DIHITUNG):
            pair.catatan = ""

    def _pasangan(self) -> m.Pasangan | None:
        return db.session.get(m.Pasangan, self.item.pasangan_id) if self.item.pasangan_id else None

    def _rusak(self, there: Baris) -> list[str]:
        """What was only sent back and is not there any more as it was."""
        before, after = self.item.sebelum or {}, self.kind.terlihat(there)
        names = [one.nama for one in self.kind.terbawa]
        return [name for name in names if bentuk.ringkas(before.get(name)) != bentuk.ringkas(after.get(name))]

    # ---- deleting

    def _hapus(self) -> None:
        """Gone already is done. Never the last jabatan, never what changed since it was approved."""
        item = self.item
        while item.status in SAMPAI_TERKIRIM:
            rows = self._lihat()
            found = next((row for row in rows if id_dari(row) == item.siasn_id), None)
            if found is None:
                break
            if self.kind is catatan.JABATAN and len(rows) <= 1:
                raise Gugur("Ini riwayat jabatan terakhir di SIASN. Tidak dihapus.")
            self._boleh(found)
            if item.percobaan >= self.row.percobaan:
                raise Gugur(item.galat or "SIASN berkali-kali tidak menghapus. Tarik orang ini, lalu lihat.")
            item.percobaan += 1
            self._ke(m.MENGIRIM)
            try:
                self.client.hapus(self.kind.hapus.format(id=item.siasn_id))
            except TidakPasti as error:
                item.galat = str(error)
                commit()
        row = paket.lokal(self.kind, item.lokal_id) if item.lokal_id else None
        if row is not None and row.siasn_id == item.siasn_id:
            row.siasn_id = None
            db.session.flush()
        banding.bandingkan(self.kind, item.pegawai_id, self._lihat(), self.known)
        item.galat, item.terbukti_at = "", now()
        self._ke(m.TERBUKTI)

    def _gagal(self, why: str) -> None:
        """The item ends; its pair shows the reason to who decides."""
        self.item.status, self.item.galat = m.GAGAL, why
        pair = self._pasangan()
        if pair is not None and pair.kelas in (m.HANYA_LOKAL, m.BEDA, m.DITOLAK):
            pair.kelas, pair.catatan, pair.putusan = m.DITOLAK, why, ""
        commit()


def _ada(row: Baris, dok: str) -> bool:
    held = bentuk.berkas(row).get(dok)
    return bool(held and held.get("dok_uri"))
