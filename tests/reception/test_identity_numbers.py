"""F37: numbers of identity papers. Whether one is right is asked of an oracle of another making; what is none goes by hand.

The oracle is ISO 7064's own recursive method for MOD 11-2, digit by digit from the left; the portal has the table of weights
of GB 11643.
"""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reception import codes, scope
from reception.actions import identities
from reception.actions.identities import Person
from reception.forms.booking import PersonForm
from reception.forms.bookings import AssistForm
from reception.models import County
from tests.reception.builders import NOW

CHARACTERS = "0123456789X"
FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789Xx"}
SEVENTEENS = st.builds(
    lambda region, born, order: f"{region:06}{born:%Y%m%d}{order:03}",
    st.one_of(st.sampled_from([110101, 659004, 810000, 820000, 830000, 911124]), st.integers(100000, 999999)),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)


def oracle(text):
    """Whether an eighteen-character number is right."""
    if len(text) != 18 or not set(text[:17]) <= set("0123456789") or text[17] not in CHARACTERS:
        return False
    if text[6:8] not in {"18", "19", "20"}:
        return False
    try:
        # A leap year: 29 February stands on real cards of common years.
        date(2000, int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    passed = 0
    for digit in text[:17]:
        passed = (passed + int(digit)) * 2 % 11
    return (passed + CHARACTERS.index(text[17])) % 11 == 1


def taken(text):
    try:
        return codes.read_identity_number(text)
    except codes.Mistyped:
        return None


def whole(seventeen):
    """The number with its check character, found by trying all eleven."""
    (right,) = [seventeen + c for c in CHARACTERS if oracle(seventeen + c)]
    return right


@given(SEVENTEENS)
@example("11010519491231002")
@example("99999919000229001")
def test_f37_a_right_number_is_taken_however_it_is_written(seventeen):
    right = whole(seventeen)
    written = [
        right,
        right.lower(),
        right.translate(FULL_WIDTH),
        f" {right[:6]} {right[6:14]} {right[14:]} ",
        f"\ufeff{right}\u200b",
    ]
    assert {taken(text) for text in written} == {right}


@given(SEVENTEENS, st.randoms(use_true_random=False))
def test_f37_every_single_slip_and_every_exchange_of_neighbours_is_seen(seventeen, chance):
    right = whole(seventeen)
    for place in range(18):
        for other in CHARACTERS[: 11 if place == 17 else 10]:
            wrong = right[:place] + other + right[place + 1 :]
            if wrong != right:
                assert taken(wrong) is None, wrong
    place = chance.randrange(17)
    exchanged = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert taken(exchanged) == (right if exchanged == right else None)


@given(st.text(CHARACTERS + "xAΩ٣ -", min_size=14, max_size=19) | st.from_regex(r"\d{6}(18|19|20)\d{9}[\dX]", fullmatch=True))
def test_f37_what_is_taken_is_what_the_oracle_takes(text):
    plain = text.replace(" ", "").upper()
    assert taken(text) == (plain if oracle(plain) else None)


# Papers of which the number is no identity number; the last letters and digits are invented.
OTHERS = {
    "130503670401001": "old",
    "E12345678": "other",
    "EJ1234567": "other",
    "H1234567801": "other",
    "M12345678": "other",
    "USA310078112501": "other",
    "12345678": "length",
    "2081234567": "length",
}


@pytest.fixture
def county(office):
    with scope.county(office.county):
        County.objects.update(identity_number="required")
        yield County.objects.get(pk=office.county.pk)


@pytest.mark.parametrize("number", OTHERS)
def test_f37_other_papers_are_led_to_their_own_field_and_taken_there(county, number):
    """A passport, a pass of Hong Kong, Macao or Taiwan, an old residence card, an old identity number: refused in words, then kept."""
    with pytest.raises(codes.Mistyped, match=OTHERS[number]):
        codes.read_identity_number(number)
    said = {"name": "居民甲", "phone": "13800000001"}
    wrong = PersonForm({**said, "id_number": number}, county=county, on=date(2026, 1, 2))
    assert not wrong.is_valid()
    assert {"old": "15 位", "other": "其他证件", "length": "18 位"}[OTHERS[number]] in str(wrong.errors["id_number"])
    by_hand = PersonForm({**said, "other_paper": f"证件 {number}"}, county=county, on=date(2026, 1, 2))
    assert by_hand.is_valid(), by_hand.errors
    assert by_hand.cleaned_data["other_paper"] == f"证件 {number}"
    asked, told = ({**said, "id_number": number}, {**said, "other_paper": number})
    assert "身份证号" in str(AssistForm([], county, asked).errors["id_number"])
    staff = AssistForm([], county, told)
    assert "id_number" not in staff.errors
    assert staff.cleaned_data["other_paper"] == number
    person = Person("居民甲", "13800000001", other_paper=number)
    assert identities.person_index(person, county=county) == identities.person_index(
        Person("居民 甲", "13900000002", other_paper=f" {number.lower().translate(FULL_WIDTH)} "), county=county
    )
    kept = identities.keep(person=person, county=county, at=NOW)
    assert identities.opened(kept, county=county).other_paper == number
