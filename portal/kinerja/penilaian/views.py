"""The predikat that two ratings lead to, shown while the penilai chooses. The stored one is computed on saving."""

from flask import request
from werkzeug.wrappers import Response

from portal.kernel.web import SIGNED_IN, render
from portal.kinerja import module
from portal.kinerja.predikat import LABEL, RATING, predikat


@module.route("/predikat", can=SIGNED_IN)
def matriks_predikat() -> Response:
    """`hasil` and `perilaku`, or the two fields of the form; the whole matrix when they are missing."""
    hasil = request.args.get("hasil") or request.args.get("rating_hasil", "")
    perilaku = request.args.get("perilaku") or request.args.get("rating_perilaku", "")
    return render(
        "kinerja/predikat.html", block="predikat", hasil=hasil, perilaku=perilaku, label=LABEL,
        rating=[(code, LABEL[code]) for code in RATING], matriks=[[predikat(h, p) for p in RATING] for h in RATING],
    )  # fmt: skip
