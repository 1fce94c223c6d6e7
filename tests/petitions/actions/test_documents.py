"""Numbers of documents: for each county, kind and year, without a gap, whatever happens at once or is taken back; and their hashes."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from petitions.actions import documents
from petitions.models import Counter, Document, DocumentKind
from reception import scope
from reception.models import Entry
from tests.petitions.receptions import AT, called, conclude
from tests.reception import builders

K = DocumentKind
SAID = {"title": "信访事项受理告知书", "facts": [], "paragraphs": ["现决定予以受理。"]}


def issue(office, kind=K.ACCEPTANCE, on=date(2026, 3, 2), **more):
    """One document, within whatever transaction and county are open."""
    return documents.issue(kind=kind, said=SAID, on=on, county=office.county, by=office.clerk, at=AT, **more)


def numbers(office, kind=K.ACCEPTANCE):
    with scope.county(office.county):
        return [(row.year, row.n) for row in Document.objects.filter(kind=kind).order_by("year", "n")]


def test_each_county_kind_and_year_counts_for_itself(office):
    twin = builders.bureau("linhe")
    with scope.county(office.county):
        made = [issue(office), issue(office), issue(office, K.EXTENSION), issue(office, on=date(2027, 1, 4)), issue(office)]
    with scope.county(twin.county):
        made.append(issue(twin))
    assert [(row.kind, row.year, row.n) for row in made] == [
        ("acceptance", 2026, 1),
        ("acceptance", 2026, 2),
        ("extension", 2026, 1),
        ("acceptance", 2027, 1),
        ("acceptance", 2026, 3),
        ("acceptance", 2026, 1),
    ]


def test_what_is_rolled_back_leaves_no_gap(office):
    with scope.county(office.county):
        issue(office)

    def fails():
        with scope.county(office.county), transaction.atomic():
            issue(office)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with scope.county(office.county):
        issue(office)
        assert list(documents.faults()) == []
    assert numbers(office) == [(2026, 1), (2026, 2)]


def test_a_document_is_sealed_and_in_the_journal_with_its_case(office):
    case = conclude(office, called(office)).case
    with scope.county(office.county):
        row = issue(office, case=case, for_petitioner=True)
        entry = Entry.objects.order_by("-n")[0]
        assert (entry.act, entry.object) == ("document.issue", f"case {case.number}")
        assert entry.facts == {"kind": "acceptance", "year": 2026, "n": 1, "hash": row.hash}
        assert row.hash == documents.seal(Document.objects.get(pk=row.pk))


class Committed:
    """With real commits, from several connections at once."""

    @pytest.fixture
    def office(self, committed_db):
        made = builders.bureau()
        builders.published(made)
        return made

    def at_once(self, office, count, *, fails=()):
        gate, got = threading.Barrier(count), []

        def run(place):
            try:
                with scope.county(office.county):
                    gate.wait(10)
                    issue(office)
                    if place in fails:
                        raise RuntimeError("taken back")
                got.append("done")
            except Exception as error:  # noqa: BLE001  whatever it is, is the result
                got.append(repr(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(got)


class TestAtOnce(Committed):
    def test_the_first_of_a_year_by_many_at_once(self, office):
        assert self.at_once(office, 6) == ["done"] * 6
        assert numbers(office) == [(2026, n) for n in range(1, 7)]

    def test_some_are_taken_back_while_others_wait(self, office):
        got = self.at_once(office, 6, fails={0, 3})
        assert got.count("done") == 4
        assert numbers(office) == [(2026, n) for n in range(1, 5)]
        with scope.county(office.county):
            assert list(documents.faults()) == []

    def test_without_the_lock_two_take_one_number_and_the_table_refuses_one(self, office, monkeypatch):
        """With the guard off the same number is given twice; the constraint lets in one, and the other's deed fails."""
        gate = threading.Barrier(2)

        class Unlocked:
            """The counter, read by both before either has written."""

            def get(self, **found):
                row = Counter.objects.get(**found)
                gate.wait(10)
                return row

        with scope.county(office.county):
            issue(office)
        monkeypatch.setattr(type(Counter.objects), "select_for_update", lambda *_args, **_more: Unlocked(), raising=False)
        got = self.at_once(office, 2)
        assert len(got) == 2
        assert got.count("done") == 1, got
