"""A person at a browser without script: pages, the links and forms they really hold, the buttons of those forms.

A form is filled by the names it has. A name, choice or button that the page does not offer is an AssertionError, so
that a test built on this can do only what a person could.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import urlsplit

import html5lib
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from tests.conftest import Client

Isi = str | list[str] | tuple[bytes, str] | list[tuple[bytes, str]]  # a file is its bytes and its name
TEXTS = ("text", "tel", "email", "password", "search", "date", "number")


@dataclass(frozen=True)
class Tombol:
    """`kata`: what is written on it, without the words for screen readers."""

    kata: str
    nama: str = ""
    nilai: str = ""
    tindakan: str = ""


@dataclass
class Medan:
    """One name of a form: its kind, what may be chosen, what it holds now."""

    jenis: str
    pilihan: list[str] = field(default_factory=list)
    nilai: list[Any] = field(default_factory=list)
    banyak: bool = False
    tetap: bool = False  # hidden or read only


@dataclass
class Formulir:
    layar: "Layar"
    tindakan: str
    cara: str
    medan: dict[str, Medan] = field(default_factory=dict)
    tombol: list[Tombol] = field(default_factory=list)

    def isi(self, nilai: Mapping[str, Isi] | None = None, **lain: Any) -> "Formulir":
        """A copy with these values. "" or [] leaves radios and boxes empty."""
        medan = dict(self.medan)
        for nama, satu in {**(nilai or {}), **lain}.items():
            assert nama in medan, f"{self.layar.alamat}: {nama} is not in the form, only {sorted(medan)}"
            medan[nama] = _filled(medan[nama], nama, satu)
        return replace(self, medan=medan)

    def palsu(self, nama: str, nilai: str) -> "Formulir":
        """What somebody with developer tools would do: change a value the page fixed."""
        assert nama in self.medan
        return replace(self, medan={**self.medan, nama: replace(self.medan[nama], nilai=[nilai])})

    def data(self, tombol: Tombol) -> "MultiDict[str, Any]":
        sent: MultiDict[str, Any] = MultiDict()
        for nama, medan in self.medan.items():
            values = medan.nilai
            if medan.jenis == "file":
                values = [FileStorage(io.BytesIO(b), filename=n) for b, n in values or [(b"", "")]]
            for value in values:
                sent.add(nama, value)
        if tombol.nama:
            sent.add(tombol.nama, tombol.nilai)
        return sent

    def tekan(self, kata: str, harap: int = 303) -> "Layar":
        """Press the button with these words; a redirect is followed. `harap`: status of the answer itself."""
        tombol = next((t for t in self.tombol if t.kata == kata), None)
        assert tombol is not None, f"{self.layar.alamat}: no button {kata!r}, only {[t.kata for t in self.tombol]}"
        return self.layar.jendela.kirim(self, tombol, harap)

    def lagi(self, kata: str, *boleh: int) -> "Layar":
        """Press it once more, or too early: the answer has one of these statuses; redirects are not followed."""
        tombol = next(t for t in self.tombol if t.kata == kata)
        return self.layar.jendela.kirim(self, tombol, *boleh, ikuti=False)


def _filled(medan: Medan, nama: str, satu: Isi) -> Medan:
    assert not medan.tetap, f"{nama} cannot be typed into"
    if medan.jenis == "file":
        files = satu if isinstance(satu, list) else [satu]
        assert len(files) == 1 or medan.banyak, f"{nama} takes one file"
        return replace(medan, nilai=list(files))
    values = satu if isinstance(satu, list) else [satu] if satu or medan.jenis not in ("radio", "checkbox") else []
    if medan.jenis in ("radio", "checkbox", "select"):
        wrong = [v for v in values if v not in medan.pilihan]
        assert not wrong, f"{nama} offers {medan.pilihan}, not {wrong}"
    assert len(values) <= 1 or medan.banyak, f"{nama} takes one value"
    return replace(medan, nilai=list(values))


@dataclass
class Layar:
    """One answer: `alamat` it came from, `status`, its HTML and tree."""

    jendela: "Jendela"
    alamat: str
    status: int
    html: str
    pohon: Any

    @property
    def kata(self) -> str:
        """Everything that can be read on the page, white space collapsed."""
        return words(self.pohon.find(".//body"))

    @property
    def galat(self) -> list[str]:
        """What the page says is wrong."""
        return [words(e) for e in self.pohon.iter() if e.get("class") in ("field-error", "error-summary")]

    def formulir(self, tombol: str, di: str = "") -> Formulir:
        """The one form with this button; `di` is the end of its address when there are several."""
        found = [f for f in self.semua(tombol) if f.tindakan.endswith(di)]
        assert len(found) == 1, f"{self.alamat}: {len(found)} forms with {tombol!r}; there are {self.tombol_tombol}"
        return found[0]

    def semua(self, tombol: str) -> list[Formulir]:
        return [f for f in self.formulir_formulir() if any(t.kata == tombol for t in f.tombol)]

    @property
    def tombol_tombol(self) -> list[str]:
        return [t.kata for f in self.formulir_formulir() for t in f.tombol]

    def formulir_formulir(self) -> list[Formulir]:
        return [_form(self, element) for element in self.pohon.iter("form")]

    def tautan(self, kata: str) -> str:
        """Address of the link with these words."""
        found = [e.get("href") for e in self.pohon.iter("a") if words(e) == kata]
        assert found, f"{self.alamat}: no link {kata!r}"
        return str(found[0])

    def tautan_berisi(self, potongan: str) -> list[str]:
        """Addresses of all links that contain this piece."""
        return [str(e.get("href")) for e in self.pohon.iter("a") if potongan in (e.get("href") or "")]

    def ikuti(self, kata: str) -> "Layar":
        return self.jendela.buka(self.tautan(kata))


def words(element: Any) -> str:
    """Text without what only screen readers hear."""
    return " ".join("".join(_texts(element)).split()) if element is not None else ""


def _texts(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.get("class") == "sr":
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield (" " if child.tag in ("p", "div", "li", "td", "th", "dd", "dt", "h2", "h3") else "") + (child.tail or "")


def _form(layar: Layar, element: Any) -> Formulir:
    form = Formulir(
        layar, element.get("action") or layar.alamat, element.get("method", "get").lower()
    )  # fmt: skip
    mine = [e for e in element.iter() if e.get("form") in (None, element.get("id"))]
    if element.get("id"):
        inside = set(map(id, mine))
        mine += [e for e in layar.pohon.iter() if e.get("form") == element.get("id") and id(e) not in inside]
    for control in mine:
        if control.get("disabled") is None:
            _control(form, control)
    return form


def _control(form: Formulir, control: Any) -> None:
    name, kind = control.get("name", ""), control.get("type", "text")
    if control.tag == "button" or (control.tag == "input" and kind == "submit"):
        if control.get("type", "submit") == "submit":
            said = words(control) or control.get("value", "")
            form.tombol.append(Tombol(said, name, control.get("value", ""), control.get("formaction", "")))
    elif not name:
        return
    elif control.tag == "textarea":
        form.medan[name] = Medan("text", nilai=[(control.text or "").removeprefix("\n")])
    elif control.tag == "select":
        form.medan[name] = _select(control)
    elif control.tag == "input" and kind in ("radio", "checkbox"):
        medan = form.medan.setdefault(name, Medan(kind))
        medan.banyak = kind == "checkbox" and bool(medan.pilihan)
        medan.pilihan.append(control.get("value", "on"))
        medan.nilai += [control.get("value", "on")] if control.get("checked") is not None else []
    elif control.tag == "input":
        _input(form, control, name, kind)


def _select(control: Any) -> Medan:
    options = list(control.iter("option"))
    values = [o.get("value", words(o)) for o in options]
    chosen = [o.get("value", words(o)) for o in options if o.get("selected") is not None]
    many = control.get("multiple") is not None
    return Medan("select", values, chosen or ([] if many else values[:1]), many)


def _input(form: Formulir, control: Any, name: str, kind: str) -> None:
    if kind == "file":
        form.medan[name] = Medan("file", banyak=control.get("multiple") is not None)
        return
    assert kind == "hidden" or kind in TEXTS, f"unknown input {kind}"
    fixed = kind == "hidden" or control.get("readonly") is not None
    value = control.get("value", "")
    if name in form.medan and kind == "hidden":
        form.medan[name].nilai.append(value)
    else:
        form.medan[name] = Medan(kind, nilai=[value], tetap=fixed)


@dataclass
class Jendela:
    """A browser of one person with cookies of its own. `masuk` goes through the sign-in page."""

    client: Client
    pengguna: str = ""
    sandi: str = ""

    @classmethod
    def baru(cls, app: Flask, pengguna: str = "", sandi: str = "") -> "Jendela":
        client = app.test_client()
        assert isinstance(client, Client)
        client.reads_all = True  # what the page check has parsed is what is read here: once for both
        return cls(client, pengguna, sandi)

    def masuk(self) -> "Jendela":
        self.client.delete_cookie("pamong")
        page = self.buka("/masuk")
        page.formulir("Masuk").isi(pengguna=self.pengguna, sandi=self.sandi).tekan("Masuk")
        return self

    def buka(self, alamat: str, harap: int = 200) -> Layar:
        """GET, redirects followed."""
        answer, address = self.client.get(alamat), alamat
        while answer.status_code in (302, 303):
            address = str(answer.location)
            answer = self.client.get(address)
        assert "/masuk" not in address or alamat.startswith("/masuk"), f"{alamat}: signed out"
        return self._layar(answer, address, harap)

    def kirim(self, form: Formulir, tombol: Tombol, *harap: int, ikuti: bool = True) -> Layar:
        address = tombol.tindakan or form.tindakan
        if form.cara == "get":
            query: Any = form.data(tombol)
            return self._layar(self.client.get(address, query_string=query), address, 200)
        answer = self.client.post(address, data=cast(Any, form.data(tombol)), content_type="multipart/form-data")
        assert answer.status_code in harap, f"{address} {tombol.kata}: {answer.status_code}, {self._why(answer)}"
        if answer.status_code == 303 and ikuti:
            return self.buka(str(answer.location))
        return self._layar(answer, address, answer.status_code)

    def _why(self, answer: TestResponse) -> str:
        page = self._layar(answer, "", answer.status_code)
        return f"{answer.location or ''} {page.galat or page.kata[:600]}"

    def _layar(self, answer: TestResponse, address: str, harap: int) -> Layar:
        assert answer.status_code == harap, f"{address}: {answer.status_code}"
        text = answer.get_data(as_text=True)
        tree = getattr(answer, "pohon", None)  # as the client has parsed it to check the page
        tree = html5lib.parse(text, namespaceHTMLElements=False) if tree is None else tree
        parts = urlsplit(address)
        return Layar(self, parts.path + (f"?{parts.query}" if parts.query else ""), answer.status_code, text, tree)

    def paksa(self, form: Formulir, kata: str, alamat: str = "") -> int:
        """Send a form that another person was given, or to another address, as somebody with tools would.
        Returns the status."""
        data = form.data(next(t for t in form.tombol if t.kata == kata))
        data["csrf_token"] = self.token()
        return self.client.post(alamat or form.tindakan, data=cast(Any, data)).status_code

    def token(self) -> str:
        page = self.buka("/beranda")
        return str(next(f.medan["csrf_token"].nilai[0] for f in page.formulir_formulir() if "csrf_token" in f.medan))

    def unduh(self, alamat: str, harap: int = 200) -> bytes:
        """Follow a link to a file, to wherever it is stored."""
        answer = self.client.get(alamat)
        assert answer.status_code == harap, f"{alamat}: {answer.status_code}"
        return answer.get_data()
