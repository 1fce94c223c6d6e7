"""Sealed secrets: what was sealed comes back for the same purpose and key, and for nothing else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reception import sealed
from reception.sealed import Unsealable

# Surrogates are no text that could be stored.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_what_is_sealed_comes_back_and_never_looks_the_same_twice(text):
    once, twice = (sealed.seal(text, purpose="test") for _time in range(2))
    assert sealed.unseal(once, purpose="test") == text
    assert once != twice


@given(TEXT.filter(bool), st.data())
def test_one_changed_byte_is_found(text, data):
    raw = bytearray(base64.b64decode(sealed.seal(text, purpose="test").removeprefix("1.")))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unsealable):
        sealed.unseal("1." + base64.b64encode(bytes(raw)).decode(), purpose="test")


def test_another_purpose_or_key_opens_nothing(settings):
    text = sealed.seal("secret", purpose="test")
    with pytest.raises(Unsealable):
        sealed.unseal(text, purpose="other")
    settings.ENCRYPTION_KEY = "x" * 40
    with pytest.raises(Unsealable):
        sealed.unseal(text, purpose="test")


@pytest.mark.parametrize("text", ["", "secret", "1.", "1.?", "1.AAAA", "2.AAAA"])
def test_what_was_never_sealed_is_refused(text):
    with pytest.raises(Unsealable):
        sealed.unseal(text, purpose="test")
