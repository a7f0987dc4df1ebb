"""How fast the portal is, beside its limits: `python -m bench`. How each figure is taken: docs/ukuran.md."""
