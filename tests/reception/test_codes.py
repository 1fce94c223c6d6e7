"""Numbers and codes survive being read out and copied down; a slip never passes for the right one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reception import codes

DIGITS = st.text("0123456789", min_size=16, max_size=16)


@given(DIGITS, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(digits, place, more):
    code = digits + codes.check_digit(digits)
    wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]
    with pytest.raises(codes.Mistyped):
        codes.read_code(wrong)


@given(DIGITS, st.integers(0, 15))
def test_every_exchange_of_neighbours_is_caught(digits, place):
    code = digits + codes.check_digit(digits)
    if code[place] != code[place + 1]:
        with pytest.raises(codes.Mistyped):
            codes.read_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@given(DIGITS)
def test_a_code_is_read_as_it_is_shown_spoken_or_typed_in_full_width(digits):
    code = digits + codes.check_digit(digits)
    wide = code.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    assert {codes.read_code(typed) for typed in (code, codes.show_code(code), wide, f" {'-'.join(code)}\n")} == {code}


def test_numbers_are_new_each_time_and_read_back():
    made = {codes.new_number(year=2026) for _ in range(200)}
    assert len(made) > 190
    assert {codes.read_number(codes.show_number(number)) for number in made} == made
    assert {number[:2] for number in made} == {"26"}


@given(st.text(max_size=300))
def test_any_text_is_read_or_mistyped(typed):
    for read, length in ((codes.read_code, 17), (codes.read_number, 11), (codes.read_identity_number, 18)):
        with contextlib.suppress(codes.Mistyped):
            assert len(read(typed)) == length


def checked(seventeen):
    return next(
        seventeen + c
        for c in "0123456789X"
        if sum(w * int(d) for w, d in zip(oracle_weights(), seventeen, strict=True)) % 11 == remainder(c)
    )


def oracle_weights():
    """2 to the power of the place, modulo 11: how the standard gives the weights, apart from the table."""
    return [pow(2, 17 - index, 11) for index in range(17)]


def remainder(check):
    """ISO 7064, MOD 11-2: the weighted sum and the check character together are one, modulo eleven."""
    return (1 - (10 if check == "X" else int(check))) % 11


@given(st.dates(), st.integers(0, 999999), st.integers(0, 999))
def test_identity_numbers_by_the_standards_own_formula(birth, region, order):
    seventeen = (
        f"{region:06}{birth.replace(year=1900 + birth.year % 150):%Y%m%d}{order:03}"
        if not (birth.month == 2 and birth.day == 29)
        else "99999919000101001"
    )
    right = checked(seventeen)
    assert codes.read_identity_number(right.lower()) == right
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    with pytest.raises(codes.Mistyped, match="check"):
        codes.read_identity_number(wrong)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "length"),
        ("123456", "length"),
        ("11010119900307123", "length"),
        ("110101199013071234", "birth"),
        ("110101177003071234", "birth"),
        ("A1010119900307123X", "length"),
    ],
)
def test_what_cannot_be_an_identity_number_says_why(typed, why):
    with pytest.raises(codes.Mistyped, match=why):
        codes.read_identity_number(typed)
