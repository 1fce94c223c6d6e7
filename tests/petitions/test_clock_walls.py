"""The database and the clocks, attacked as the application and as the superuser: extended once, within the period, and nothing forged."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from petitions.actions import cases, extensions, pauses
from petitions.models import CaseStep, Deadline, Extension
from petitions.workflow import Action
from reception import scope
from tests.petitions import handled
from tests.reception import builders

ACCEPTED, DUE = date(2026, 3, 4), date(2026, 5, 3)


@pytest.fixture
def office(committed_db):
    made = builders.bureau()
    builders.published(made)
    return made


@pytest.fixture
def unit(office):
    return handled.unit(office)


@pytest.fixture
def case(office, unit):
    return handled.in_handling(office, unit, on=ACCEPTED)


def extend(office, case, unit, *, on=date(2026, 4, 1), days=10):
    with scope.county(office.county):
        return extensions.extend(
            case=cases.locked(case), days=days, reason="鉴定", county=office.county, by=unit.head, at=handled.moment(on)
        )


def rows(office):
    with scope.county(office.county), connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT json_agg(d) FROM petitions_deadline d), (SELECT json_agg(e) FROM petitions_extension e)")
        return str(cursor.fetchone())


def attacked(office, as_superuser, attack, match):
    """The same attack by both, once plainly and once in a session that plays the part of a replica; nothing changes."""
    before = rows(office)
    refused = pytest.raises((IntegrityError, InternalError, ProgrammingError), match=match)
    with refused, scope.county(office.county), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    # A replica's session skips the constraints on foreign keys, but none of these triggers.
    for session in ("", "SET session_replication_role = replica;"):
        with pytest.raises(Exception, match=match):
            as_superuser(f"{session} {attack}")
    assert rows(office) == before


def step_of(office, case, on, action="extend"):
    """A step as anyone could write it, after the last."""
    with scope.county(office.county):
        last = case.steps.order_by("-n").first()
        return CaseStep.objects.create(
            case=case,
            n=last.n + 1,
            action=action,
            before=last.after,
            after=last.after,
            actor="x",
            at=handled.moment(on),
        )


def clock_of(office, case, kind="D5"):
    with scope.county(office.county):
        return Deadline.objects.get(case=case, kind=kind)


def extension(office, case, clock, step, *, days=10, on):
    return (
        "INSERT INTO petitions_extension (county_id, case_id, deadline_id, step_id, days, reason, decided_on) "
        f"VALUES ({office.county.pk}, {case.pk}, {clock.pk}, {step.pk}, {days}, 'x', '{on}')"
    )


def clock(office, case, of, **changes):
    """SQL that puts a clock in the place of another, with some of its columns changed."""
    with scope.county(office.county):
        columns = [field.column for field in Deadline._meta.concrete_fields if field.column != "id" and not field.generated]
        values = {column: f"d.{column}" for column in columns} | {"supersedes_id": "d.id"} | changes
    return (
        f"INSERT INTO petitions_deadline ({', '.join(columns)}) SELECT {', '.join(values[column] for column in columns)} "
        f"FROM petitions_deadline d WHERE d.id = {of.pk}"
    )


def test_an_extension_after_the_last_day(office, as_superuser, case):
    of, late = clock_of(office, case), DUE + timedelta(days=1)
    step = step_of(office, case, late)
    attacked(office, as_superuser, extension(office, case, of, step, on=late), "once, within it")
    # Dated back into the period: not the day of its step.
    attacked(office, as_superuser, extension(office, case, of, step, on=DUE), "once, within it")


def test_an_extension_dated_back_with_its_step(office, as_superuser, unit, case):
    """Something happened after the last day; a step that claims to be of before it comes after that one all the same."""
    handled.move(office, case, Action.SUPERVISE, office.clerk, DUE + timedelta(days=5))
    step = step_of(office, case, DUE)
    attacked(
        office, as_superuser, extension(office, case, clock_of(office, case), step, on=DUE), "not earlier than the steps before"
    )


def test_an_extension_on_the_last_day_is_taken(office, case):
    step = step_of(office, case, DUE)
    with scope.county(office.county), connection.cursor() as cursor:
        cursor.execute(extension(office, case, clock_of(office, case), step, on=DUE))
    with scope.county(office.county):
        assert Extension.objects.get().days == 10


def test_an_extension_of_other_than_one_to_thirty_days(office, as_superuser, case):
    step = step_of(office, case, DUE)
    for days in (0, 31, 365):
        attack = extension(office, case, clock_of(office, case), step, days=days, on=DUE)
        attacked(office, as_superuser, attack, "extension_of_one_to_thirty_days")


def test_a_second_extension_and_one_of_the_extension(office, as_superuser, unit, case):
    extend(office, case, unit)
    step = step_of(office, case, date(2026, 4, 2))
    first, second = clock_of(office, case), clock_of(office, case, "D6")
    attacked(office, as_superuser, extension(office, case, first, step, on="2026-04-02"), "once|stopped")
    attacked(office, as_superuser, extension(office, case, second, step, on="2026-04-02"), "once|within it")


def test_an_extended_clock_without_an_extension(office, as_superuser, case):
    of = clock_of(office, case)
    made = {"kind": "'D6'", "extended_by": "10", "due_on": "d.due_on + 10", "target_on": "d.target_on + 10"}
    attacked(office, as_superuser, clock(office, case, of, **made), "take the place|not the one")
    attacked(office, as_superuser, clock(office, case, of, **made, supersedes_id="NULL"), "only a clock that runs")


def test_an_extended_clock_longer_than_its_extension(office, as_superuser, case):
    of, step = clock_of(office, case), step_of(office, case, date(2026, 4, 1))
    with scope.county(office.county), connection.cursor() as cursor:
        cursor.execute(extension(office, case, of, step, days=10, on="2026-04-01"))
    made = {"kind": "'D6'", "extended_by": "30", "due_on": "d.due_on + 30", "target_on": "d.target_on + 30"}
    attacked(office, as_superuser, clock(office, case, of, **made), "take the place")


def test_a_second_period_beside_the_first_and_one_from_nothing(office, as_superuser, unit, case):
    of = clock_of(office, case)
    attacked(office, as_superuser, clock(office, case, of, supersedes_id="NULL"), "runs already")
    extend(office, case, unit)
    attacked(office, as_superuser, clock(office, case, of, supersedes_id="NULL"), "runs already")
    handled.move(office, case, Action.WITHDRAW, office.clerk, date(2026, 4, 3))
    # Everything is stopped. Not a second one by the same acceptance, and none by another step than an acceptance.
    attacked(office, as_superuser, clock(office, case, of, supersedes_id="NULL"), "deadline_once_a_step")
    forged = step_of(office, case, date(2026, 4, 4), action="resume")
    attack = clock(office, case, of, supersedes_id="NULL", began_by_id=str(forged.pk))
    attacked(office, as_superuser, attack, "begins with an acceptance")


FORGED = [
    ({"due_on": "d.due_on + 5"}, "add up"),
    ({"paused_by": "5", "due_on": "d.due_on + 5"}, "days of a pause"),
    ({"amount": "65", "due_on": "d.due_on + 5"}, "not the one"),
    ({"started_on": "d.started_on + 5", "due_on": "d.due_on + 5"}, "take the place"),
    ({"unit": "'working_days'", "due_on": "d.due_on + 40"}, "not the one"),
    ({"roll": "'next_workday'", "due_on": "d.due_on + 5"}, "not the one"),
    ({"rule": "'2030-01-01/limit 9'"}, "not the one"),
    ({"article": "'x'"}, "not the one"),
    ({"kind": "'D1'"}, "take the place"),
    ({"target_on": "d.due_on + 1"}, "add up"),
    ({"extended_by": "5", "due_on": "d.due_on + 5"}, "take the place|another_kind"),
]


def test_a_clock_counted_anew_is_the_same_clock(office, as_superuser, case):
    for changes, match in FORGED:
        attacked(office, as_superuser, clock(office, case, clock_of(office, case), **changes), match)


def test_a_stopped_clock_is_not_counted_anew(office, as_superuser, unit, case):
    attacked(office, as_superuser, clock(office, case, clock_of(office, case, "D3")), "not the one")


def test_a_clock_of_another_cases_step_and_a_stop_by_it(office, as_superuser, unit, case):
    other = handled.in_handling(office, unit, on=ACCEPTED, n=2)
    with scope.county(office.county):
        step = other.steps.get(action="accept")
    of = clock_of(office, case)
    attack = clock(office, case, of, supersedes_id="NULL", kind="'D8'", began_by_id=str(step.pk))
    attacked(office, as_superuser, attack, "own case")
    stop = (
        "INSERT INTO petitions_stop (county_id, deadline_id, step_id, stopped_on) "
        f"VALUES ({office.county.pk}, {of.pk}, {step.pk}, '2026-04-01')"
    )
    attacked(office, as_superuser, stop, "own case")


def test_a_pause_outside_the_period(office, as_superuser, case):
    for starts in ("2026-03-04", "2026-05-04", "2020-01-01"):
        attack = (
            "INSERT INTO petitions_pause (county_id, case_id, deadline_id, ground, reason, starts_on, ends_on) "
            f"VALUES ({office.county.pk}, {case.pk}, {clock_of(office, case).pk}, 'hearing', 'x', '{starts}', '2026-06-01')"
        )
        attacked(office, as_superuser, attack, "begins within a clock")


def test_while_paused_nothing_is_extended(office, as_superuser, unit, case):
    with scope.county(office.county):
        pauses.pause(
            case=cases.locked(case), reason="听证", county=office.county, by=unit.head, at=handled.moment(date(2026, 4, 1))
        )
    step = step_of(office, case, date(2026, 4, 2))
    attacked(office, as_superuser, extension(office, case, clock_of(office, case), step, on="2026-04-02"), "paused is not extended")


REWRITES = [
    "UPDATE petitions_extension SET days = 30",
    "UPDATE petitions_extension SET decided_on = '2026-03-05'",
    "DELETE FROM petitions_extension",
    "TRUNCATE petitions_extension CASCADE",
    "UPDATE petitions_deadline SET due_on = '2030-01-01'",
    "DELETE FROM petitions_deadline WHERE kind = 'D6'",
    "DELETE FROM petitions_stop",
]


def test_what_was_extended_stays(office, as_superuser, unit, case):
    extend(office, case, unit)
    for attack in REWRITES:
        attacked(office, as_superuser, attack, "only grows|permission denied")


BEYOND = [
    ("'D6', 31, 'days', 'none'", "limit_of_an_extension"),
    ("'D6', 30, 'working_days', 'none'", "limit_of_an_extension"),
    ("'D1', 0, 'days', 'none'", "limit_has_a_length"),
]


def test_limits_beyond_the_law(office, as_superuser):
    for values, match in BEYOND:
        attack = (
            "INSERT INTO petitions_limit (county_id, kind, amount, unit, roll, article, is_confirmed, valid_from, reason, "
            f"proposed_by_id, proposed_at, is_approved) SELECT {office.county.pk}, {values}, 'x', true, '2026-01-01', 'x', "
            f"{office.clerk.pk}, now(), false"
        )
        attacked(office, as_superuser, attack, match)


def test_a_limit_is_not_approved_by_whoever_proposed_it(office, as_superuser):
    attack = (
        "INSERT INTO petitions_limit (county_id, kind, amount, unit, roll, article, is_confirmed, valid_from, reason, "
        "proposed_by_id, proposed_at, decided_by_id, decided_at, is_approved) "
        f"SELECT {office.county.pk}, 'D1', 90, 'days', 'none', 'x', true, '2026-01-01', 'x', {office.clerk.pk}, now(), "
        f"{office.clerk.pk}, now(), true"
    )
    attacked(office, as_superuser, attack, "limit_four_eyes")


def test_with_the_guards_taken_away_the_attack_succeeds(office, as_superuser, unit, case):
    """So the refusals above come from the guards and from nothing else."""
    extend(office, case, unit)
    step = step_of(office, case, date(2026, 4, 2))
    second = clock_of(office, case, "D6")
    as_superuser(
        "ALTER TABLE petitions_extension DISABLE TRIGGER extension_is_lawful; "
        "ALTER TABLE petitions_extension DISABLE TRIGGER extension_is_in_order; "
        + extension(office, case, second, step, on="2026-04-02")
    )
    with scope.county(office.county):
        assert Extension.objects.count() == 2
