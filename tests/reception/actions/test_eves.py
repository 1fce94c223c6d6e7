"""On the working day before, leaders are reminded; a month that should have been published by now is the bureau's to hear of."""

from datetime import UTC, date, datetime

import pytest

from reception import mail, scope
from reception.actions import eves, messages
from reception.models import Leader, Message, ReceptionDay, Sitting, User
from reception.roles import Role
from tests.reception import builders


@pytest.fixture
def office(standing):
    return standing


def at(day, hour=1):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def told(office, kind):
    with scope.county(office.county):
        return [(row.facts["day"], row.recipient.username) for row in Message.objects.filter(kind=kind).order_by("pk")]


@pytest.fixture
def receives(office):
    """The first sitting to come whose leader has an account."""
    with scope.county(office.county):
        sitting = (
            Sitting.objects.filter(day__day__gte=date(2026, 2, 1))
            .select_related("day", "leader")
            .order_by("day__day", "pk")
            .first()
        )
        leader = builders.user("receives", office.county, Role.LEADER)
        Leader.objects.filter(pk=sitting.leader_id).update(user=leader)
        return sitting


def remind(office, on):
    return eves.tell_leaders(county=office.county, by=User.objects.system(), at=at(on))


def test_whoever_receives_is_reminded_once_on_the_working_day_before(office, receives):
    # 24 February 2026 is the first working day after the Spring Festival; the one before is Saturday the 14th, which is worked.
    assert str(receives.day.day) == "2026-02-24"
    assert remind(office, date(2026, 2, 13)) == 0
    assert remind(office, date(2026, 2, 14)) == 1
    remind(office, date(2026, 2, 14))
    remind(office, date(2026, 2, 23))
    assert told(office, "receives_next") == [("2026-02-24", "receives")]


def test_the_letter_is_quiet_once_somebody_else_receives(office, receives):
    remind(office, date(2026, 2, 14))
    with scope.county(office.county):
        message = Message.objects.get(kind="receives_next")
    subject, body = mail.words(message, office.county)
    assert "2026年2月24日（星期二） 08:30" in subject
    assert "/desk/" in body
    with scope.county(office.county):
        other = Leader.objects.exclude(pk=receives.leader_id).first()
        Sitting.objects.filter(pk=receives.pk).update(leader=other)
    with pytest.raises(messages.Quiet):
        mail.words(message, office.county)


def test_a_month_that_is_not_published_in_time_is_told_to_the_bureau_once_a_day(office):
    def look(on):
        return eves.tell_bureau(county=office.county, by=User.objects.system(), at=at(on))

    assert look(date(2026, 2, 23)) == 0
    with scope.county(office.county):
        day = ReceptionDay.objects.get(day=date(2026, 2, 24))
        ReceptionDay.objects.filter(pk=day.pk).update(state="planned")
    assert look(date(2026, 2, 22)) == 0
    assert look(date(2026, 2, 23)) == look(date(2026, 2, 23)) == 1
    assert look(date(2026, 2, 24)) == 1
    everyone = sorted([office.clerk.username, office.chief.username])
    assert sorted(told(office, "roster_late")) == [("2026-02-24", name) for name in sorted(everyone * 2)]
    assert look(date(2026, 2, 25)) == 0
