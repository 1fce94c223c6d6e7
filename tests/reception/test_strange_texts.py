"""F36, where texts are read, compared and written: any text at all is kept as it is, or refused in a way that its page can say.

`TEXTS=1000000` draws so many for each test; the suite draws few.
"""

import contextlib
import csv
import io
import json
import os
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from icalendar import Calendar
from openpyxl import Workbook, load_workbook

from petitions import likeness
from reception import canonical, cells, codes, feeds, sealed, search, texts
from reception.actions import arrivals, identities
from reception.forms.base import PlainField
from reception.forms.booking import Text
from tests.reception.strange import KNOWN, TEXTS, sent

DRAWN = hypothesis_settings(
    max_examples=int(os.environ.get("TEXTS", "150")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# What a text loses: nothing that can be seen, and nothing that joins what can be seen.
LOST = texts.TURNING | {"\0"}


def known(test):
    for text in KNOWN.values():
        test = example(text)(test)
    return test


@DRAWN
@given(TEXTS)
@known
def test_f36_what_is_cleaned_loses_only_what_no_page_shows(text):
    cleaned = texts.clean(text, lines=True)
    cleaned.encode()
    left = [
        c
        for c in text.replace("\r\n", "\n").replace("\r", "\n")
        if c not in LOST and (c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    ]
    seen = any(unicodedata.category(c)[0] not in "CZ" for c in left)
    assert cleaned == ("".join(left).strip() if seen else "")
    assert texts.clean(cleaned, lines=True) == cleaned


@DRAWN
@given(TEXTS)
@known
@pytest.mark.parametrize(
    "field", [Text(most=200, required=False), PlainField(max_length=200, required=False)], ids=["citizen", "staff"]
)
def test_f36_a_field_keeps_it_or_says_why_not(field, text):
    typed = sent(text)
    if "\0" in typed or len(texts.clean(typed)) > 200:
        with pytest.raises(ValidationError, match=r"请"):
            field.clean(typed)
    else:
        assert field.clean(typed) == texts.clean(typed)


@DRAWN
@given(TEXTS)
@known
def test_f36_codes_and_numbers_are_read_or_mistyped(text):
    for read in (codes.read_code, codes.read_number, codes.read_identity_number):
        with contextlib.suppress(codes.Mistyped):
            assert read(text).isascii()
    assert len(arrivals.read(text)) in (0, codes.NUMBER_DIGITS)


@DRAWN
@given(TEXTS, TEXTS)
@example("𠮷田\u200b", "𠮷田")
def test_f36_what_is_compared_and_searched_for_takes_anything(one, other):
    assert not {unicodedata.category(c)[0] for c in identities.skeleton(one)} & set("CZ")
    search.find([], one)
    assert 0 <= likeness.likeness(one, other) <= 1


@DRAWN
@given(TEXTS)
@known
def test_f36_what_is_stored_and_sealed_comes_back_exactly(text):
    kept = texts.clean(text, lines=True)
    assert sealed.unseal(sealed.seal(kept, purpose="test"), purpose="test") == kept
    assert json.loads(canonical.written({"text": kept}))["text"] == kept


@DRAWN
@given(TEXTS)
@known
def test_f36_what_goes_out_is_read_by_others_as_it_was_written(text):
    """Tables and calendars."""
    kept = texts.clean(text, lines=True)
    (row,) = csv.reader(io.StringIO(cells.comma_separated([[kept, "甲"]]).removeprefix("\ufeff"), newline=""))
    assert row == [cells.plain(kept), "甲"]
    assert row[0] in (kept, f"'{kept}")
    book = Workbook()
    book.active.append([cells.plain(kept)])
    written = io.BytesIO()
    book.save(written)
    (found,) = next(load_workbook(io.BytesIO(written.getvalue())).active.values)
    assert (found or "") == cells.plain(kept)
    event = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:{feeds._text(kept).to_ical().decode()}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    (read,) = Calendar.from_ical(event).walk("VEVENT")
    assert str(read["summary"]) == str(feeds._text(kept))
