"""The quick road gives the bytes of the standard's own package, or takes it."""

import hashlib

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from reception import canonical
from reception.actions import journal

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
@example({"\ufb01": 1, "𠮷": 2, "é": 3})
@example({"a": '\x00\x1f\x7f\u2028"\\/\b\f\n\r\t,1.5'})
@example([1e21, -0.0, 1e-7, 100.0, 2**53 - 1, 999999999999999])
def test_both_roads_give_the_same_bytes(value):
    assert canonical.written(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("bad", [{"a": float("nan")}, [2**53], "\ud800", {"a": {1, 2}}, {1: 2, "b": 3}])
def test_what_the_standard_can_not_write_is_refused(bad):
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical.written(bad)


def test_a_release_takes_the_quick_road(monkeypatch):
    document = {"number": 12, "day": "2026-02-24", "from": "08:30", "name": {"zh": "县委书记甲", "en": "Secretary A"}, "none": None}
    right = hashlib.sha256(rfc8785.dumps(document)).hexdigest()
    monkeypatch.setattr(rfc8785, "dumps", None)
    assert journal.digest(document) == right
