"""Beside its own links, the journal is held to the records it tells of, and to the head that others keep."""

from datetime import UTC, datetime

from reception import scope
from reception.actions import journal, proofs
from reception.models import Entry, User
from tests.reception import builders
from tests.reception.builders import NOW as AT


def told(office, *acts):
    """Records of a kind of its own, as the journal tells of them."""
    for n, act in enumerate(acts):
        journal.record(act=act, object=f"thing {n}", by=User.objects.system(), at=AT, facts={"hash": f"h{n}"})


def test_each_record_is_told_of_once_and_each_entry_has_its_record(office):
    with scope.county(office.county):
        told(office, "thing.make", "thing.make", "thing.other")

        def said(*kept):
            return list(proofs.against("things", ("thing.make",), "hash", kept))

        assert said(("thing 0", "h0"), ("thing 1", "h1")) == []
        assert said(("thing 0", "h0")) == ["things: thing 1, of which the journal tells, is not there as it was"]
        assert said(("thing 0", "h0"), ("thing 1", "other")) == [
            "things: thing 1, of which the journal tells, is not there as it was",
            "things: of thing 1, as it is there, the journal does not tell",
        ]
        assert said(("thing 0", "h0"), ("thing 1", "h1"), ("thing 1", "h1")) == [
            "things: of thing 1, as it is there, the journal does not tell"
        ]


def test_a_release_is_of_whom_and_when_the_journal_says(committed_db, as_superuser):
    office = builders.bureau()
    builders.published(office)
    change = "ALTER TABLE reception_release DISABLE TRIGGER ALL; UPDATE reception_release SET published_at = published_at + interval '1 s'"
    as_superuser(change)
    with scope.county(office.county):
        assert list(proofs.faults()) == ["releases: release 1 was published by another or at another moment, the journal says"]


def test_whoever_kept_a_head_finds_an_end_cut_off_and_a_past_written_anew(office):
    with scope.county(office.county):
        last = Entry.objects.order_by("-n")[0]
        assert proofs.witnessed(last.n, last.hash) is None
        assert (
            proofs.witnessed(last.n + 1, last.hash)
            == f"journal: entry {last.n + 1}, which was told in public, is not there any more"
        )
        assert proofs.witnessed(last.n, "0" * 64) == f"journal: entry {last.n} is not the one that was told in public"


def test_the_head_is_the_last_entry_of_the_day_before_in_the_county(office):
    with scope.county(office.county):
        for hour in (15, 16):  # an hour before midnight in the county, and midnight
            told_at = datetime(2030, 5, 1, hour, tzinfo=UTC)
            journal.record(act="thing.make", object=f"hour {hour}", by=User.objects.system(), at=told_at)
        at = [
            proofs.head(office.county, datetime(2030, 5, day, hour, tzinfo=UTC))
            for day, hour in ((1, 15), (1, 16), (2, 15), (2, 16))
        ]
        assert [entry.object for entry in at][1:] == ["hour 15", "hour 15", "hour 16"]
        assert at[0].object != "hour 15"
        assert proofs.head(office.county, datetime(2000, 1, 1, tzinfo=UTC)) is None
