"""The slip on paper: number and code can be read, when and where, and nobody's name."""

import io

import pytest
from django.utils import translation
from pypdf import PdfReader

from reception import printing, receipts, scope, slips
from reception.models import Booking
from tests.reception.bookers import book
from tests.reception.builders import NOW


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "查询码"), ("en", "Tracking code")])
def test_a_slip_says_what_one_needs_and_not_who_one_is(standing, language, words):
    receipt = book(standing, at=NOW)
    with scope.county(standing.county), translation.override(language):
        row = Booking.objects.select_related("sitting__place", "leader").get(pk=receipt.booking.pk)
        first = slips.pdf(row, receipt.code, county=standing.county, at=NOW)
        assert slips.pdf(row, receipt.code, county=standing.county, at=NOW) == first
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    assert words in said
    flat = "".join(said.split())
    assert receipt.code in flat
    assert row.number in flat.replace("-", "")
    assert "08:30" in said
    assert "居民" not in said
    assert len(PdfReader(io.BytesIO(first)).pages) == 1


@pytest.mark.parametrize(("language", "prefix"), [("zh", ""), ("en", "/en")])
def test_the_slip_of_a_booking_online_is_one_page_and_names_the_page_in_its_own_language(standing, language, prefix):
    booked = book(standing, at=NOW)
    with scope.county(standing.county), translation.override({"zh": "zh-hans"}.get(language, language)):
        row = Booking.objects.select_related("sitting__day", "sitting__place", "leader").get(pk=booked.booking.pk)
        address = f"https://portal.example{prefix}/track/?n={row.number}"
        data = receipts.of(row, booked.code, standing.county, leader=row.leader, address=address)
        pages = PdfReader(io.BytesIO(printing.compile("booking_receipt", data, lang=language, at=NOW))).pages
    said = "".join("".join(page.extract_text() for page in pages).split())
    assert len(pages) == 1
    assert f"https://portal.example{prefix}/track/" in said
    assert "?n=" not in said
