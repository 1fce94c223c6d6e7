"""Content negotiation and entity tags, as RFC 9110 has them."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reception.encodings import BROTLI, GZIP, IDENTITY, matches, negotiate
from reception.shelf import Page


@pytest.mark.parametrize(
    ("accepted", "form"),
    [
        (None, IDENTITY),
        ("", IDENTITY),
        ("identity", IDENTITY),
        ("gzip", GZIP),
        ("GZip", GZIP),
        ("x-gzip", GZIP),
        ("br", BROTLI),
        ("gzip, deflate, br, zstd", BROTLI),
        ("gzip;q=1.0, br;q=0.5", GZIP),
        ("gzip;q=0.5, br;q=0.500", BROTLI),
        ("br;q=0, gzip", GZIP),
        ("br;q=0, gzip;q=0.000", IDENTITY),
        ("identity;q=1, gzip;q=0.5", IDENTITY),
        ("*", BROTLI),
        ("*;q=0", IDENTITY),
        ("br;q=0, *", GZIP),
        ("gzip;q=2", IDENTITY),
        ("gzip;q=x, br", BROTLI),
        ("gzip ; q=0.3", GZIP),
        ("deflate", IDENTITY),
        (",,;;=,gzip", GZIP),
    ],
)
def test_the_form_is_the_shortest_of_those_the_reader_wants_most(accepted, form):
    assert negotiate(accepted) == form


@given(st.text(max_size=80))
def test_whatever_a_header_says_there_is_a_form(accepted):
    assert negotiate(accepted) in (IDENTITY, GZIP, BROTLI)


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ('"a', False),
        ("", False),
        ('""', False),
    ],
)
def test_a_reader_has_the_page_when_any_of_its_tags_matches_weakly(asked, has):
    assert matches('"a"', asked) is has


@given(st.binary(min_size=1, max_size=3000))
def test_every_form_unpacks_to_the_page_and_has_a_tag_of_its_own(body):
    page = Page(body, [("Content-Type", "text/html")], county=1, zone="", open_query=True)
    forms = [page.answer(form) for form in (IDENTITY, GZIP, BROTLI)]
    assert forms[0][1] == [body]
    assert gzip.decompress(forms[1][1][0]) == body == brotli.decompress(forms[2][1][0])
    assert len({dict(headers)["ETag"] for headers, _body in forms}) == 3
    assert all(dict(headers)["Content-Length"] == str(len(sent[0])) for headers, sent in forms)


def test_what_is_packed_already_has_one_form_and_varies_by_nothing():
    page = Page(b"%PDF", [("Content-Type", "application/pdf")], county=1, zone="", open_query=True)
    assert page.answer(BROTLI) is page.answer(IDENTITY)
    assert "Vary" not in dict(page.answer(GZIP)[0])
