"""Who is reminded of a case's clocks, day by day: the sweep of each day against the ladder told in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from petitions.actions import cases, clocks, pauses
from petitions.models import Case
from reception import codes, news, scope
from reception.actions import deriving, messages
from reception.models import Leader, Message, User
from reception.roles import Role
from tests.petitions import handled
from tests.reception import builders

ACCEPTED, DUE = date(2026, 3, 4), date(2026, 5, 3)
ONE_DAY = timedelta(days=1)
NEW = datetime(2026, 3, 25, tzinfo=UTC)


@pytest.fixture
def office(standing):
    return standing


@pytest.fixture
def unit(office):
    return handled.unit(office)


@pytest.fixture
def case(office, unit):
    """In handling from 4 March; of its clocks only the handling period runs."""
    made = handled.in_handling(office, unit, on=ACCEPTED)
    with scope.county(office.county):
        clocks.stop(step=made.steps.order_by("-n").first(), kinds=["D1", "D3", "D4", "D11"], on=ACCEPTED)
    return made


def sweep(office, on, hour=8):
    return deriving.sweep(county=office.county, by=User.objects.system(), at=handled.moment(on, hour + 1))


def swept(office, first, last):
    """A sweep at nine on each day of the county's office, and then what stands in the outbox within the portal."""
    day = first
    while day <= last:
        sweep(office, day)
        day += ONE_DAY
    with scope.county(office.county):
        rows = Message.objects.filter(kind="clock").order_by("due_at", "recipient__username")
        return [(row.due_at.astimezone(office.county.zone).date(), row.rule, row.recipient.username) for row in rows]


def test_the_ladder_of_one_clock(office, unit, case):
    joint = builders.user("joint", office.county, Role.JOINT_OFFICE)
    leader = builders.user("instructs", office.county, Role.LEADER)
    with scope.county(office.county):
        found = Leader.objects.filter(user=None).first()
        found.user = leader
        found.save()
        Case.objects.filter(pk=case.pk).update(instructed_by=found)
    told = swept(office, ACCEPTED, DUE + timedelta(days=20))
    both = sorted([unit.officer.username, unit.head.username])
    # Half way is 3 April; 26 April is a Sunday, and the first five days of May are off: the day before them is worked.
    wanted = [(date(2026, 4, 3), "half", name) for name in both]
    wanted += [(date(2026, 4, 24), "-7", name) for name in both]
    wanted += [(date(2026, 4, 30), "+0", name) for name in both]
    wanted += [
        (date(2026, 5, 6), "+3", office.chief.username),
        (date(2026, 5, 6), "+1", unit.head.username),
        (date(2026, 5, 11), "+7", leader.username),
        (date(2026, 5, 18), "+15", joint.username),
    ]
    assert told == wanted


def test_f19_the_day_turns_at_the_county_s_midnight(office, unit, case):
    midnight = datetime(2026, 4, 24, tzinfo=office.county.zone)
    sweep(office, date(2026, 4, 20))
    for at, rules in ((midnight - timedelta(microseconds=1), set()), (midnight, {"-7"})):
        deriving.sweep(county=office.county, by=User.objects.system(), at=at)
        with scope.county(office.county):
            found = Message.objects.filter(kind="clock", due_at__gte=midnight - timedelta(hours=12))
            assert set(found.values_list("rule", flat=True)) == rules


def test_a_clock_that_stopped_or_is_paused_reminds_nobody(office, unit, case):
    with scope.county(office.county):
        pauses.pause(
            case=cases.locked(case), reason="听证", county=office.county, by=unit.head, at=handled.moment(date(2026, 4, 1))
        )
    assert swept(office, date(2026, 4, 1), date(2026, 4, 10)) == []


def test_where_somebody_handles_it_nobody_else_is_told_before_the_end(office, unit, case):
    with scope.county(office.county):
        Case.objects.filter(pk=case.pk).update(handler=unit.officer)
    assert swept(office, date(2026, 4, 24), date(2026, 4, 24)) == [(date(2026, 4, 24), "-7", unit.officer.username)]


@pytest.mark.parametrize("gone", ["account", "role"])
def test_a_clock_whose_handler_has_left_is_the_units_again(office, unit, case, gone):
    with scope.county(office.county):
        Case.objects.filter(pk=case.pk).update(handler=unit.officer)
        if gone == "account":
            User.objects.filter(pk=unit.officer.pk).update(is_active=False)
        else:
            unit.officer.grants.update(ends_on=date(2026, 4, 1))
    assert swept(office, date(2026, 4, 24), date(2026, 4, 24)) == [(date(2026, 4, 24), "-7", unit.head.username)]


def test_a_unit_without_accounts_leaves_it_to_the_bureau(office, unit, case):
    with scope.county(office.county):
        User.objects.filter(pk__in=[unit.officer.pk, unit.head.pk]).update(is_active=False)
    told = swept(office, date(2026, 4, 24), date(2026, 5, 6))
    assert {name for _day, rule, name in told if rule == "-7"} == {office.clerk.username}
    assert {name for _day, rule, name in told if rule == "+1"} == {office.chief.username}


def test_again_and_after_the_unsent_are_deleted_nothing_is_said_twice(office, unit, case):
    assert sweep(office, date(2026, 4, 24)) > 0
    assert sweep(office, date(2026, 4, 24)) == 0
    with scope.county(office.county):
        # What the county's first days brought is no news in April, and comes back no more.
        Message.objects.filter(due_at__lt=NEW).delete()
        messages.queue(kind="release_published", cause="release 9", to=office.clerk, due_at=handled.moment(date(2026, 4, 24)))
        before = sorted(Message.objects.values_list("key", flat=True))
        assert Message.objects.filter(state="waiting").delete()[0] > 1
    sweep(office, date(2026, 4, 24))
    with scope.county(office.county):
        assert sorted(Message.objects.values_list("key", flat=True)) == before


def test_days_without_a_sweep_are_made_up_for(office, unit, case):
    sweep(office, date(2026, 4, 20))
    assert [(rule, name) for _day, rule, name in swept(office, date(2026, 5, 4), date(2026, 5, 11)) if rule != "+15"] == [
        *(("+0", name) for name in sorted([unit.officer.username, unit.head.username])),
        ("+3", office.chief.username),
        ("+1", unit.head.username),
    ]


def lines(office, person, on):
    with scope.county(office.county):
        return [one.chinese.text for one in news.untold(person, county=office.county, at=handled.moment(on, 18))]


def test_the_words_say_the_case_the_clock_and_how_near_it_is_and_not_what_it_is_about(office, unit, case):
    sweep(office, date(2026, 4, 24))
    (said,) = lines(office, unit.officer, date(2026, 4, 24))
    assert codes.show_number(case.number) in said
    assert "2026年5月3日" in said
    assert "还有 9 天" in said
    assert case.matter not in said


def test_it_is_quiet_once_the_cause_has_gone_and_for_whoever_may_not_know(office, unit, case):
    sweep(office, date(2026, 4, 24))
    with scope.county(office.county):
        Case.objects.filter(pk=case.pk).update(accused_user=unit.officer)
    assert lines(office, unit.officer, date(2026, 4, 24)) == []
    assert len(lines(office, unit.head, date(2026, 4, 24))) == 1
    with scope.county(office.county):
        clocks.stop(step=case.steps.order_by("-n").first(), kinds=["D5"], on=date(2026, 4, 24))
    assert lines(office, unit.head, date(2026, 4, 24)) == []


def test_one_letter_a_day_gathers_everything(office, unit, case):
    handled.in_handling(office, unit, on=ACCEPTED, n=2)
    sweep(office, date(2026, 4, 24))
    with scope.county(office.county):
        rows = Message.objects.filter(kind="digest").order_by("recipient__username")
        told = [(row.recipient.username, row.channel) for row in rows if row.recipient in (unit.officer, unit.head)]
    assert told == [(name, "email") for name in sorted([unit.officer.username, unit.head.username])]
