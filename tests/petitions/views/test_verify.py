"""A receipt is checked by its number and check code; the page tells nothing else, and nothing stands in an address."""

import pytest
from django.utils import translation

from reception import codes
from tests.petitions.receptions import called, conclude, correct

PATH = "/chenghe/verify/"


def text(response):
    return response.content.decode()


@pytest.fixture
def minutes(office):
    return conclude(office, called(office))


def test_it_fits_with_spaces_and_hyphens(minutes, client):
    number = minutes.case.number
    shown = f"{number[:2]}-{number[2:6]}-{number[6:10]}-{number[10:]}"
    digits = f"{minutes.hash[:4]} {minutes.hash[4:8].upper()} {minutes.hash[8:12]}"
    page = client.post(PATH, {"number": shown, "digits": digits})
    assert "一致。这张受理单就是系统中现行的记录" in text(page)
    assert page["Cache-Control"] == "no-store"
    assert "漏水" not in text(page)


def test_a_corrected_one_says_so(office, minutes, client):
    correct(office, minutes, said="改")
    assert "后来有过更正" in text(client.post(PATH, {"number": minutes.case.number, "digits": minutes.hash[:12]}))


def test_a_wrong_code_and_a_number_that_is_not_there_get_the_same_answer(office, minutes, client):
    wrong = text(client.post(PATH, {"number": minutes.case.number, "digits": "0" * 12}))
    nothing = text(client.post(PATH, {"number": codes.new_number(year=2026), "digits": "0" * 12}))
    assert "不一致" in wrong
    assert "不一致" in nothing


@pytest.mark.parametrize(
    ("number", "digits", "words"),
    [("123", "0" * 12, "编号不对"), ("\0", "0" * 12, ""), ("26505270096", "xyz", "12 位"), ("26505270096", "％" * 12, "12 位")],
)
def test_what_can_t_be_is_told_in_words(office, client, number, digits, words):
    page = client.post(PATH, {"number": number, "digits": digits})
    assert page.status_code == 200
    assert words in text(page)


def test_the_page_and_its_english_and_no_such_county(office, client):
    assert client.get(PATH).status_code == 200
    with translation.override("en"):
        assert "Check a receipt" in text(client.get("/en/chenghe/verify/"))
    assert client.get("/nowhere/verify/").status_code == 404
