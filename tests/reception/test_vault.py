"""What is sealed opens with its key in its place, and nowhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reception import vault

RING = vault.new_keyring()


@given(st.binary(max_size=300), st.text(max_size=40))
def test_sealed_text_opens_in_its_place_only(plain, place):
    key = vault.new_key()
    sealed = vault.seal(plain, key=key, place=place)
    assert vault.unseal(sealed, key=key, place=place) == plain
    for wrong_key, wrong_place in ((vault.new_key(), place), (key, place + "x")):
        with pytest.raises(vault.Unreadable):
            vault.unseal(sealed, key=wrong_key, place=wrong_place)


@settings(max_examples=50)
@given(st.binary(min_size=1, max_size=50), st.data())
def test_any_changed_byte_is_noticed(plain, data):
    key = vault.new_key()
    sealed = bytearray(vault.seal(plain, key=key, place="here"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(vault.Unreadable):
        vault.unseal(bytes(sealed), key=key, place="here")


def test_two_sealings_of_one_text_differ():
    key = vault.new_key()
    assert vault.seal(b"a", key=key, place="") != vault.seal(b"a", key=key, place="")


def test_a_wrapped_key_belongs_to_one_county_and_place():
    key = vault.new_key()
    name, wrapped = RING.wrap(key, county=1, place="identity a")
    assert RING.unwrap(wrapped, name=name, county=1, place="identity a") == key
    for county, place in ((2, "identity a"), (1, "identity b")):
        with pytest.raises(vault.Unreadable):
            RING.unwrap(wrapped, name=name, county=county, place=place)


def test_after_rotation_the_old_still_opens_and_the_new_seals_until_the_old_is_removed():
    key = vault.new_key()
    name, wrapped = RING.wrap(key, county=1, place="p")
    ring = RING.rotated()
    assert (ring.current, ring.unwrap(wrapped, name=name, county=1, place="p")) == ("k2", key)
    again = ring.wrap(key, county=1, place="p")
    assert again[0] == "k2"
    bare = ring.without("k1")
    assert bare.unwrap(again[1], name="k2", county=1, place="p") == key
    with pytest.raises(vault.Unreadable, match="no key named 'k1'"):
        bare.unwrap(wrapped, name=name, county=1, place="p")
    with pytest.raises(ValueError, match="rotate first"):
        ring.without("k2")


def test_blind_indexes_are_equal_for_equal_values_of_one_county_and_purpose():
    same = {RING.blind("x", county=1, purpose="phone") for _ in range(3)}
    others = {RING.blind(v, county=c, purpose=p) for v, c, p in (("y", 1, "phone"), ("x", 2, "phone"), ("x", 1, "name"))}
    assert (len(same), len(same & others), len(others), len(next(iter(same)))) == (1, 0, 3, 24)


def test_the_key_file_is_read_back_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "keys.json"
    vault.store(RING, path)
    found = vault.load(path)
    assert (found.current, dict(found.masters), found.index, found.pepper) == (
        RING.current,
        dict(RING.masters),
        RING.index,
        RING.pepper,
    )
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]
    assert "Keyring k1 of 1" in repr(RING)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"current": "k1", "masters": {"k1": "AA=="}, "index": "", "pepper": ""}', "\x00"]
)
def test_a_broken_key_file_is_a_sentence_and_never_a_new_key(tmp_path, text):
    path = tmp_path / "keys.json"
    with pytest.raises(vault.NoKeys, match="missing"):
        vault.load(path)
    path.write_text(text)
    with pytest.raises(vault.NoKeys, match="restore it"):
        vault.load(path)
