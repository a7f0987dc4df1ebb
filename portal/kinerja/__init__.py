"""Employee performance (pengelolaan kinerja pegawai).

skp: yearly plan of one person in one jabatan. rhk: one planned result. indikator: its measure.
renaksi: monthly step and target of an RHK. bundel: everything one person sends for one month
(Renaksi, SKP, PKS). pks: monthly measurement sheet. penilai: the official who rates.
predikat: outcome of two ratings. Source: PermenPAN-RB 6/2022, SE MenPAN-RB 3/2023.
"""
