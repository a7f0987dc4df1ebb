"""The penilai's side of a month: decide each row in order, rate, set (Tetapkan)."""
