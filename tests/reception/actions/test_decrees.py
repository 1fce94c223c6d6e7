"""The notice of the next year is asked for weekly, then daily, each time once, and no longer than it is missing."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from reception import scope, tasks
from reception.actions import calendar, decrees, proposals
from reception.models import Message
from reception.roles import Role
from tests.reception import builders

FIRST, LAST = date(2026, 9, 25), date(2026, 12, 31)
WEEKLY = {"2026-10-01", "2026-10-08", "2026-10-15", "2026-10-22", "2026-10-29", "2026-11-05", "2026-11-12"}
DAILY = {str(date(2026, 11, 15) + timedelta(days=n)) for n in range(47)}


@pytest.fixture
def office(db):
    office = builders.bureau()
    builders.user("coordinator", office.county, Role.COORDINATOR)
    return office


def hours(first=FIRST, last=LAST, step=6):
    at = datetime(first.year, first.month, first.day, 16, 30, tzinfo=UTC) - timedelta(days=1)
    while at.date() < last:
        yield at
        at += timedelta(hours=step)


def asked(office):
    """Who was asked on which of the county's days."""
    with scope.county(office.county):
        rows = Message.objects.filter(kind="decree_missing").values_list("recipient__username", "due_at")
        return Counter((name, str(due_at.astimezone(office.county.zone).date())) for name, due_at in rows)


def test_each_person_is_asked_once_a_week_and_then_once_a_day(office):
    for at in hours():
        decrees.ask(county=office.county, at=at)
    found = asked(office)
    assert set(found.values()) == {1}
    assert set(found) == {(name, day) for name in ("chenghe-chief", "coordinator") for day in WEEKLY | DAILY}


def test_a_week_in_which_the_machine_stood_still_on_its_first_day_is_asked_later(office):
    decrees.ask(county=office.county, at=datetime(2026, 10, 11, 3, tzinfo=UTC))
    assert set(asked(office)) == {("chenghe-chief", "2026-10-08"), ("coordinator", "2026-10-08")}


def test_an_open_proposal_that_confirms_the_year_is_answer_enough_until_it_is_withdrawn(office):
    def count(day):
        return decrees.ask(county=office.county, at=datetime(2026, 11, day, 3, tzinfo=UTC))

    assert count(16) == 2
    said = {"county": office.county, "by": office.clerk, "at": builders.NOW}
    other = calendar.propose(document="别的文件", lines=[proposals.Line(date(2027, 3, 3), False, "检修")], **said)
    assert count(17) == 2, "a proposal that confirms nothing is no answer"
    change = calendar.propose(document="通知", confirms=2027, **said)
    assert count(18) == 0
    calendar.withdraw(change=change, **said)
    assert count(19) == 2
    change = calendar.propose(document="通知", confirms=2027, **said)
    with scope.county(office.county):
        seen = calendar.preview(change, county=office.county, on=builders.NOW.date()).digest
    calendar.approve(change=change, seen=seen, county=office.county, by=office.chief, at=builders.NOW)
    assert count(20) == 0
    assert other.state == "proposed"


def test_a_year_that_began_without_its_notice_is_asked_for_every_day(office):
    assert decrees.ask(county=office.county, at=datetime(2027, 1, 2, 3, tzinfo=UTC)) == 2
    assert decrees.ask(county=office.county, at=datetime(2027, 1, 3, 3, tzinfo=UTC)) == 2
    assert len(asked(office)) == 4


def test_the_task_asks_every_county_and_the_letter_says_where_to_enter_it(office, mailoutbox, clock):
    other = builders.bureau("linhe")
    clock.move_to(datetime(2026, 11, 16, 3, tzinfo=UTC))
    tasks.settle()
    tasks.settle()
    assert (len(asked(office)), len(asked(other))) == (2, 1)
    asking = [letter for letter in mailoutbox if "2027" in letter.subject]
    assert sorted(letter.to for letter in asking) == [
        ["chenghe-chief@example.invalid"], ["coordinator@example.invalid"], ["linhe-chief@example.invalid"]
    ]  # fmt: skip
    (letter,) = [letter for letter in asking if letter.to == ["linhe-chief@example.invalid"]]
    assert "/admin/calendar/2027/" in letter.body
