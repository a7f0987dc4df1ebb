"""Collective registration: an institution hands in a table of its people, each of them is invited and applies alone.

The operator (`operator_kolektif`, for one institution) sees who was invited and how far each has come, and nothing of
what they fill in: no page, no file, no signature of an asesi is theirs.
"""

from portal.kernel.access import permission, role

KOLEKTIF = permission("sertifikasi.kolektif", "Mendaftarkan orang satu lembaga lewat tabel")
OPERATOR = "operator_kolektif"
role(OPERATOR, "Operator pendaftaran kolektif", {KOLEKTIF})
role("sekretariat_lsp", "Sekretariat LSP", {KOLEKTIF})
