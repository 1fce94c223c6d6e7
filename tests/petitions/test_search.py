"""What a search finds is what LIKE finds, row by row and in the same order, whatever is in the lists and whatever lies open."""

import random
from datetime import date, timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from petitions import grams, search
from petitions.actions import indexing
from petitions.models import Case, CaseText, Gram
from reception import scope
from reception.models import Leader
from tests.petitions.letters import letter
from tests.reception import builders

# Few letters, so that every pair is frequent in one place and rare in another; and what LIKE takes for more than itself.
ALPHABET = "水水水水漏漏漏修修Aａ％_\\路"
ASKED = [
    "水",
    "漏",
    "路",
    "a",
    "Ａ",
    "%",
    "_",
    "\\",
    "水漏",
    "漏修",
    "水a",
    "%_",
    "_\\",
    "路路",
    "水水水",
    "漏修水",
    "修a水",
    "水%漏",
    "水漏修水",
    "龘",
    "水龘",
]


def written(office, chance, count, *, first, days):
    for n in range(count):
        text = "".join(chance.choice(ALPHABET) for _ in range(chance.randrange(2, 9)))
        letter(office, text, wish=chance.choice(["修", "水漏", "路"]), on=first + timedelta(days=chance.randrange(days)), n=n + 1)


def by_like(words):
    """The same by LIKE over every text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM petitions_case c WHERE petitions_folded(c.matter || E'\\n' || c.wish) LIKE '%%' ||"
            " replace(replace(replace(petitions_folded(%s), '\\', '\\\\'), '%%', '\\%%'), '_', '\\_') || '%%'"
            " ORDER BY c.received_on DESC, c.id DESC",
            [words],
        )
        return [row[0] for row in cursor.fetchall()]


def same(words, *, most):
    return search.newest(words, Case.objects.all(), most=most) == by_like(words)[:most]


@pytest.mark.parametrize("seed", [1, 2])
def test_it_finds_what_like_finds_in_the_same_order(office, monkeypatch, seed):
    monkeypatch.setattr(grams, "DENSE", 6)
    monkeypatch.setattr(indexing, "DENSE", 6)
    chance = random.Random(seed)
    written(office, chance, 70, first=date(2025, 11, 1), days=60)
    with scope.county(office.county):
        assert all(same(words, most=20) for words in ASKED)
        assert indexing.index() == 70
        assert {len(gram) for gram in Gram.objects.values_list("gram", flat=True)} == {1, 2, 3}
        assert [words for words in ASKED for most in (1, 7, 20, 500) if not same(words, most=most)] == []
    # Some come late, into months that have their lists; what is found does not wait for the lists.
    written(office, chance, 25, first=date(2025, 10, 20), days=70)
    with scope.county(office.county):
        assert [words for words in ASKED for most in (1, 20, 500) if not same(words, most=most)] == []
        assert indexing.index(most=24) == 0 or CaseText.objects.filter(place__isnull=True).exists()
        assert [words for words in ASKED if not same(words, most=20)] == []
        indexing.index()
        assert not CaseText.objects.filter(place__isnull=True).exists()
        assert indexing.index() == 0
        assert [words for words in ASKED for most in (1, 20, 500) if not same(words, most=most)] == []
        assert [words for words in ASKED if search.among(words, Case.objects.all(), most=20) != by_like(words)[:20]] == []


def test_without_its_lists_an_indexed_text_is_lost_so_the_comparison_can_fail(office):
    letter(office, "水漏修")
    with scope.county(office.county):
        indexing.index()
        Gram.objects.all().delete()
        assert not same("水漏", most=20)


def test_nothing_is_found_for_nothing(office):
    letter(office, "水漏修")
    with scope.county(office.county):
        assert [search.newest(words, Case.objects.all(), most=20) for words in ("", "  ", "\x00")] == [[], [], []]
        assert search.newest("水", Case.objects.none(), most=20) == []
        assert search.newest("水", Case.objects.all(), most=0) == []


def test_more_than_a_month_holds_stays_open_and_is_found(office, monkeypatch):
    monkeypatch.setattr(indexing, "MOST_IN_A_MONTH", 3)
    for n in range(5):
        letter(office, f"水漏{n}", n=n + 1, on=date(2026, 1, 5) - timedelta(days=n % 3))
    with scope.county(office.county):
        indexing.index()
        assert CaseText.objects.filter(place__isnull=True).count() == 2
        assert same("水漏", most=20)
    letter(office, "水漏早", on=date(2026, 1, 1))
    with scope.county(office.county):
        indexing.index()
        assert sorted(CaseText.objects.filter(place__isnull=False).values_list("place", flat=True)) == [0, 1, 2]
        assert same("水漏", most=20)


def test_the_wall_is_part_of_the_search_and_empties_no_page(office):
    accused = builders.user("accused", office.county)
    with scope.county(office.county):
        leader = Leader.objects.get(code="L6")
        Leader.objects.filter(pk=leader.pk).update(user=accused)
    old = [letter(office, f"水漏{n}", n=n + 1, on=date(2025, 12, 1)).pk for n in range(3)]
    for n in range(30):
        letter(office, f"水漏反映{n}", n=n + 10, on=date(2026, 1, 4), accused_leader=leader)
    with scope.county(office.county):
        for _round in range(2):
            seen = Case.objects.unwalled(accused, on=date(2026, 1, 9))
            assert search.newest("水漏", seen, most=20) == sorted(old, reverse=True)
            assert len(search.newest("水漏", Case.objects.all(), most=20)) == 20
            indexing.index()


def test_another_countys_texts_are_not_found(office):
    other = builders.bureau("linhe")
    letter(other, "水漏修")
    with scope.county(other.county):
        indexing.index()
    with scope.county(office.county):
        assert search.newest("水漏", Case.objects.all(), most=20) == []
        with connection.cursor() as cursor:
            for table in ("petitions_casetext", "petitions_gram"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,)


def test_a_text_never_changes_and_never_goes(office):
    case = letter(office, "水漏修")
    with scope.county(office.county):
        for attack in ("UPDATE petitions_casetext SET text = 'x'", "DELETE FROM petitions_casetext"):
            with pytest.raises((ProgrammingError, InternalError, Exception), match="never changes"), transaction.atomic():
                connection.cursor().execute(attack)
        assert CaseText.objects.get(case=case).text == "水漏修\n请处理。"
