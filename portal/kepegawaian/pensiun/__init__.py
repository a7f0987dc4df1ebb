"""Retirement: when somebody reaches the age (BUP), the request, its papers, and what the SK does.

`tmt_pensiun` and `hitung` are pure. Month arithmetic only: the first day of the month after the birthday of the BUP.
"""

from portal.kepegawaian.pensiun.hitung import Perhitungan, hitung, tmt_pensiun

__all__ = ["Perhitungan", "hitung", "tmt_pensiun"]
