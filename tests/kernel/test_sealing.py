"""Sealed columns: only this key, only this purpose, only unaltered; marks that find a text again."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import sealing, storage
from portal.kernel.sealing import Unreadable, mark, seal, unseal

NIK = "3171234509850001"


def other_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), data_key=b"k" * 32))


def test_what_was_sealed_is_read_again_and_never_lies_in_clear(app: Flask) -> None:
    for text in (NIK, "", "Siti Nur'aini, S.E. – 香"):
        sealed = seal(text, "nik")
        assert unseal(sealed, "nik") == text
        assert not text or text.encode() not in sealed


def test_any_text_survives(app: Flask) -> None:
    @given(st.text(max_size=60))
    def holds(text: str) -> None:
        assert unseal(seal(text, "uji"), "uji") == text

    holds()


def test_the_same_text_is_never_sealed_alike(app: Flask) -> None:
    assert len({seal(NIK, "nik") for _ in range(20)}) == 20


def test_another_purpose_or_key_opens_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(NIK, "nik")
    with pytest.raises(Unreadable, match="surat: not sealed"):
        unseal(sealed, "surat")
    other_key(app, monkeypatch)
    with pytest.raises(Unreadable):
        unseal(sealed, "nik")


@pytest.mark.parametrize("place", [0, 12, -1])
def test_one_altered_bit_is_noticed(app: Flask, place: int) -> None:
    sealed = bytearray(seal(NIK, "nik"))
    sealed[place] ^= 1
    with pytest.raises(Unreadable):
        unseal(bytes(sealed), "nik")


@pytest.mark.parametrize("cut", [12, 20, 27])
def test_cut_off_bytes_are_noticed(app: Flask, cut: int) -> None:
    with pytest.raises(Unreadable):
        unseal(seal(NIK, "nik")[:cut], "nik")


def test_a_mark_is_the_same_for_the_same_text_purpose_and_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = mark(NIK, "nik")
    assert first == mark(NIK, "nik")
    assert len(first) == 64
    assert NIK not in first
    assert len({first, mark(NIK, "surat"), mark(NIK[:-1] + "2", "nik")}) == 3
    other_key(app, monkeypatch)
    assert mark(NIK, "nik") != first


def test_a_key_made_for_a_mark_seals_nothing(app: Flask) -> None:
    key = storage.config().data_key
    derived: Any = sealing._derived
    assert derived(key, "mark nik") != derived(key, "seal nik")
