"""The demo city has pulled nobody yet: everybody stands so from the start."""

from portal.kepegawaian.demo import CERITA
from portal.kepegawaian.siasn import sinkron
from portal.kernel.demo.kota import City


def cerita(city: City, skala: str) -> None:
    sinkron.susun()


CERITA.append(cerita)
