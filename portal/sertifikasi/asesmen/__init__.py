"""From verification to recommendation: sekretariat, manajer sertifikasi, asesor."""
