"""A sealed stream opens whole, in order and in its place, or not at all."""

import os

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reception.backups import streams
from reception.backups.key import Key
from reception.errors import Refused

KEY = Key(b"k" * 32)
PLACE = "base/a"
# What can't be compressed, so that it takes several chunks; and no whole number of them.
CONTENT = os.urandom(5 * 64 + 7)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(streams, "CHUNK", 64)


@pytest.fixture
def sealed(small, tmp_path):
    path = tmp_path / "a.sealed"
    streams.seal([CONTENT[:100], CONTENT[100:]], path, key=KEY, place=PLACE)
    return path


def opened(path, key=KEY, place=PLACE):
    return b"".join(streams.unseal(path, key=key, place=place))


@given(st.lists(st.binary(max_size=300), max_size=8))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_what_is_sealed_opens(small, tmp_path, pieces):
    path = tmp_path / "any.sealed"
    streams.seal(pieces, path, key=KEY, place=PLACE)
    assert opened(path) == b"".join(pieces)
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_of_it_can_be_read_and_no_two_are_alike(sealed, tmp_path):
    whole = sealed.read_bytes()
    assert not any(CONTENT[n : n + 8] in whole for n in range(len(CONTENT) - 8))
    streams.seal([CONTENT], tmp_path / "b.sealed", key=KEY, place=PLACE)
    assert (tmp_path / "b.sealed").read_bytes() != whole


def test_every_flipped_byte_is_found(sealed):
    whole = sealed.read_bytes()
    for n in range(len(whole)):
        sealed.write_bytes(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :])
        with pytest.raises((streams.Damaged, Refused)):
            opened(sealed)


def test_every_cut_is_found_also_between_two_chunks(sealed):
    whole = sealed.read_bytes()
    for n in range(len(whole)):
        sealed.write_bytes(whole[:n])
        with pytest.raises(streams.Damaged):
            opened(sealed)


def test_chunks_in_another_order_twice_or_added_are_found(sealed):
    whole, size = sealed.read_bytes(), 64 + streams.TAG
    head, rest = whole[: streams.HEADER], whole[streams.HEADER :]
    chunks = [rest[n : n + size] for n in range(0, len(rest), size)]
    assert len(chunks) > 3
    for changed in (
        [chunks[1], chunks[0], *chunks[2:]],
        [chunks[0], chunks[0], *chunks[1:]],
        [*chunks[:1], *chunks[2:]],
        [*chunks, chunks[-1]],
        [*chunks, b"x"],
    ):
        sealed.write_bytes(head + b"".join(changed))
        with pytest.raises(streams.Damaged):
            opened(sealed)


def test_it_opens_in_its_own_place_only(sealed):
    with pytest.raises(streams.Damaged, match="base/b"):
        opened(sealed, place="base/b")


def test_another_key_is_named_and_opens_nothing(sealed):
    other = Key(b"o" * 32)
    with pytest.raises(Refused) as refusal:
        next(streams.unseal(sealed, key=other, place=PLACE))
    assert KEY.name in refusal.value.sentence
    assert other.name in refusal.value.sentence


def test_what_breaks_off_leaves_what_was_there(sealed):
    def breaks():
        yield CONTENT
        raise OSError("no")

    before = sealed.read_bytes()
    with pytest.raises(OSError, match="no"):
        streams.seal(breaks(), sealed, key=KEY, place=PLACE)
    assert sealed.read_bytes() == before
    assert [one.name for one in sealed.parent.iterdir()] == [sealed.name]


def test_a_long_run_of_nothing_comes_in_pieces(tmp_path):
    """A chunk of zeros is a thousand times as long when it is opened; it must not be held whole."""
    path = tmp_path / "zeros.sealed"
    streams.seal((bytes(1 << 20) for _n in range(64)), path, key=KEY, place=PLACE)
    lengths = [len(piece) for piece in streams.unseal(path, key=KEY, place=PLACE)]
    assert max(lengths) <= streams.CHUNK
    assert sum(lengths) == 64 << 20
