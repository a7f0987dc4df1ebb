"""What follows from the loaded rows: capaian organisasi of past months, and the days on which evidence came."""

import sqlalchemy as sa

from portal.kernel.db import db

# Four of five PD reach what was agreed; the fifth differs by month.
ORGANISATIONS = sa.text("""
INSERT INTO kinerja_capaian_organisasi (id, dibuat_at, diubah_at, unit_id, tahun, periode, predikat, dasar)
SELECT gen_random_uuid(), now(), now(), u.id, :tahun, 'B' || lpad(CAST(m AS text), 2, '0'),
       CASE (u.urut + m) % 10 WHEN 3 THEN 'ISTIMEWA' WHEN 7 THEN 'BUTUH_PERBAIKAN' ELSE 'BAIK' END,
       'Berita acara penetapan capaian kinerja organisasi'
FROM unit u, generate_series(1, :akhir) m
WHERE u.jenis = 'PD'
ON CONFLICT (unit_id, tahun, periode) DO NOTHING
""")
EVIDENCE = sa.text("""
UPDATE kinerja_bukti_dukung d SET dibuat_at = s.saat
FROM (SELECT t.bukti_id, min(least(now(), make_date(k.tahun, k.bulan, 1) + (18 + r.urut) * interval '1 day')) AS saat
      FROM kinerja_bukti_tautan t
      JOIN kinerja_realisasi_bulanan r ON r.id = t.realisasi_id
      JOIN kinerja_bulanan k ON k.id = r.kinerja_bulanan_id
      WHERE k.tahun = :tahun GROUP BY t.bukti_id) s
WHERE d.id = s.bukti_id
""")


def finish(tahun: int, akhir: int) -> None:
    """`akhir` is the last month of the year that has rows; 0 in a year that has just begun."""
    db.session.execute(ORGANISATIONS, {"tahun": tahun, "akhir": akhir})
    db.session.execute(EVIDENCE, {"tahun": tahun})
