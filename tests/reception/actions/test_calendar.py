"""A change of the calendar: proposed by one, approved by another who saw what it moves, and exactly that is moved."""

import threading
from datetime import UTC, date, datetime, timedelta
from functools import partial

import icalendar
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reception import effects, scope
from reception.actions import calendar, days, journal, planning, releases
from reception.actions.proposals import Line
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import (
    Absence,
    CalendarChange,
    CalendarRow,
    DayState,
    Entry,
    Leader,
    Message,
    ReceptionDay,
    Release,
    RoleGrant,
    Sitting,
    User,
    YearConfirmation,
)
from reception.models.calendar import work_calendar
from reception.roles import Role
from scheduling import days as rule
from tests.reception import builders
from tests.reception.actions.test_releases import at_once
from tests.reception.builders import NOW

NOVEMBER = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
ON = date(2026, 1, 9)
CLOSED = (Line(date(2026, 5, 15), False, "供电检修", "power works"),)
# A notice for 2027 as it might read. 15 May is a Saturday that would be made up; 15 September falls into a holiday.
DECREE = [
    *(Line(date(2027, 2, 5) + timedelta(days=n), False, "春节", "Spring Festival", 1) for n in range(8)),
    Line(date(2027, 5, 15), True, "劳动节调休上班", "make-up working day", 1),
    *(Line(date(2027, 9, 15) + timedelta(days=n), False, "中秋节", "Mid-Autumn Festival", 1) for n in range(3)),
]


@pytest.fixture
def office(standing):
    return standing


def propose(office, *lines, by=None, at=NOW, document="县政府办关于供电检修的通知", **more):
    return calendar.propose(document=document, lines=lines, county=office.county, by=by or office.clerk, at=at, **more)


def shown(office, change, at=NOW):
    with scope.county(office.county):
        return calendar.preview(change, county=office.county, on=at.date())


def approve(office, change, *, by=None, at=NOW, seen=None):
    seen = shown(office, change, at).digest if seen is None else seen
    return calendar.approve(change=change, seen=seen, county=office.county, by=by or office.chief, at=at)


def day(office, month):
    with scope.county(office.county):
        return ReceptionDay.objects.get(month=f"{month}-01")


def roster(office):
    with scope.county(office.county):
        return list(ReceptionDay.objects.order_by("month", "kind").values_list("day", "status", "state", "reasons", "reason"))


def test_a_proposal_counts_for_nothing_until_it_is_approved(office):
    before = roster(office)
    change = propose(office, *CLOSED, document_number="澄府办〔2026〕3号", source="收文第18号")
    with scope.county(office.county):
        row = CalendarRow.objects.get()
        assert work_calendar(office.county).is_workday(row.day)
        assert not CalendarRow.objects.in_force().exists()
    assert (row.document_number, row.source, row.change_id, row.proposed) == ("澄府办〔2026〕3号", "收文第18号", change.pk, True)
    assert roster(office) == before


def test_what_is_shown_is_what_is_done(office):
    change = propose(office, *CLOSED)
    (move,) = shown(office, change).moves
    assert (move.old, move.new, move.public, move.stays) == (date(2026, 5, 15), date(2026, 5, 18), True, False)
    assert move.words == "2026年5月接访日：由2026年5月15日（星期五）改到2026年5月18日（星期一）。"
    done = approve(office, change)
    moved = day(office, "2026-05")
    assert (moved.day, moved.state, moved.reason) == (date(2026, 5, 18), "published", "按县政府办关于供电检修的通知调整")
    assert [reason["day"] for reason in moved.reasons] == ["2026-05-15", "2026-05-16", "2026-05-17", "2026-05-18"]
    assert moved.reasons[0]["document"] == "县政府办关于供电检修的通知"
    (kept,) = done.change.effects
    assert (kept["old"], kept["new"], kept["words"]["zh"]) == ("2026-05-15", "2026-05-18", move.words)
    assert kept["words"]["en"].startswith("Reception day of May 2026: moves from 15 May 2026 (Friday)")
    with scope.county(office.county):
        acts = list(Entry.objects.order_by("n").values_list("act", "actor"))[-3:]
    assert acts == [
        ("calendar.propose", "chenghe-clerk"),
        ("calendar.approve", "chenghe-chief"),
        ("release.draft", "chenghe-clerk"),
    ]


def test_one_clerk_and_one_chief_are_enough_to_the_published_release(office, client):
    done = approve(office, propose(office, *CLOSED))
    assert done.release.note == "工作日历变更：县政府办关于供电检修的通知"
    releases.submit(release=done.release, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=done.release, county=office.county, by=office.chief, at=NOW)
    document = releases.publish(release=done.release, county=office.county, by=office.chief, at=NOW).document
    (told,) = [d for d in document["days"] if d["month"] == "2026-05"]
    assert (told["day"], told["reason"]["zh"]) == ("2026-05-18", "按县政府办关于供电检修的通知调整")
    assert "按县政府办关于供电检修的通知调整" in client.get("/chenghe/days/2026-05-18/").content.decode()
    with scope.county(office.county):
        assert list(journal.faults()) == []


def test_nobody_approves_their_own_proposal_but_the_operator_at_the_console(office):
    change = propose(office, *CLOSED, by=office.chief)
    with pytest.raises(Forbidden, match="另一位"):
        approve(office, change)
    other = builders.user("other-chief", office.county, Role.CHIEF)
    assert approve(office, change, by=other).change.state == "approved"
    system = User.objects.system()
    own = propose(office, Line(date(2026, 6, 15), False, "检修"), by=system, document="甲")
    with pytest.raises(MovedOn, match="还没有公布"):
        approve(office, own, by=system)
    with scope.county(office.county):
        releases.discard(release=Release.objects.open().get(), county=office.county, by=office.clerk, at=NOW)
    assert approve(office, own, by=system).change.approved_by == system


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLERK, Role.PARTY_OFFICE, Role.AUDITOR])
def test_only_the_chief_approves(office, role):
    change = propose(office, *CLOSED)
    with pytest.raises(Forbidden, match="信访局局长"):
        approve(office, change, by=builders.user("someone", office.county, role))


@pytest.mark.parametrize("role", [Role.PARTY_OFFICE, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_only_the_bureau_proposes_and_gives_up(office, role):
    change, someone = propose(office, *CLOSED), builders.user("someone", office.county, role)
    for verb in (
        lambda: propose(office, *CLOSED, by=someone),
        lambda: propose(office, by=someone, confirms=2027),
        lambda: calendar.withdraw(change=change, county=office.county, by=someone, at=NOW),
    ):
        with pytest.raises(Forbidden, match="信访局登记员"):
            verb()


def test_the_other_countys_chief_can_do_nothing_here(office):
    other, change = builders.bureau("linhe"), propose(office, *CLOSED)
    with pytest.raises(Forbidden):
        approve(office, change, by=other.chief)
    with pytest.raises(CalendarChange.DoesNotExist):
        calendar.approve(change=change, seen="", county=other.county, by=other.chief, at=NOW)


def test_effects_that_changed_since_they_were_shown_are_shown_again(office):
    change = propose(office, *CLOSED)
    seen = shown(office, change).digest
    with scope.county(office.county):
        days.cancel(day=day(office, "2026-05"), reason="停电", reason_en="", county=office.county, by=office.chief, at=NOW)
    with pytest.raises(MovedOn, match="情况又有变化"):
        approve(office, change, seen=seen)
    with scope.county(office.county):
        assert (CalendarChange.objects.get().state, CalendarRow.objects.get().proposed) == ("proposed", True)


def test_a_release_on_its_way_is_in_the_way_and_nothing_is_half_done(office):
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    releases.draft(county=office.county, by=office.clerk, at=NOW)
    change, before = propose(office, *CLOSED), roster(office)
    with pytest.raises(MovedOn, match="还没有公布"):
        approve(office, change)
    with scope.county(office.county):
        assert (CalendarChange.objects.get().state, Message.objects.filter(kind="calendar_changed").exists()) == ("proposed", False)
    assert roster(office) == before


def test_a_change_that_the_public_does_not_see_drafts_nothing(office):
    done = approve(office, propose(office, Line(date(2026, 5, 20), False, "检修")))
    assert (done.moves, done.release) == ((), None)
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    done = approve(office, propose(office, Line(date(2027, 6, 15), False, "检修")))
    assert ([(m.old, m.new, m.public) for m in done.moves], done.release) == (
        [(date(2027, 6, 15), date(2027, 6, 16), False)],
        None,
    )
    assert day(office, "2027-06").reason == ""


def test_held_running_cancelled_and_past_days_never_move(office):
    with scope.county(office.county):
        for month, state in (("2026-06", "in_progress"), ("2026-07", "held"), ("2026-09", "cancelled")):
            ReceptionDay.objects.filter(month=f"{month}-01").update(state=state)
    at = NOW + timedelta(days=60)
    before = roster(office)
    lines = [Line(row[0], False, "检修") for row in before if row[0].month in (1, 2, 6, 7, 9)]
    done = approve(office, propose(office, *lines, at=at), at=at)
    assert done.moves == ()
    assert roster(office) == before


def test_a_day_moved_by_decision_stays_and_is_shown(office):
    with scope.county(office.county):
        release = days.move(
            day=day(office, "2026-05"), to=date(2026, 5, 20), reason="会议室停电", reason_en="", county=office.county,
            by=office.chief, at=NOW,
        )  # fmt: skip
        releases.discard(release=release, county=office.county, by=office.chief, at=NOW)
    (move,) = shown(office, propose(office, *CLOSED)).moves
    assert (move.stays, move.old, move.new) == (True, date(2026, 5, 20), date(2026, 5, 18))
    change = propose(office, Line(date(2026, 5, 20), False, "检修"))
    (move,) = shown(office, change).moves
    assert (move.stays, move.new) == (True, date(2026, 5, 21))
    assert "不会自动改期" in move.words
    approve(office, change)
    kept = day(office, "2026-05")
    assert (kept.day, kept.reason, kept.reasons) == (date(2026, 5, 20), "会议室停电", [])


def test_a_published_day_is_not_moved_to_today_or_into_the_past(office):
    """The 15th of May turns out to be worked after all, on the 18th itself."""
    approve(office, propose(office, *CLOSED))
    with scope.county(office.county):
        row = CalendarRow.objects.get()
        releases.discard(release=Release.objects.open().get(), county=office.county, by=office.clerk, at=NOW)
    at = datetime(2026, 5, 16, 2, 0, tzinfo=UTC)
    change = propose(office, withdraws=[row], at=at)
    (move,) = shown(office, change, at).moves
    assert (move.stays, move.new) == (True, date(2026, 5, 15))
    approve(office, change, at=at)
    assert day(office, "2026-05").day == date(2026, 5, 18)


def test_a_row_in_force_is_withdrawn_by_a_proposal_and_the_day_goes_back(office):
    approve(office, propose(office, *CLOSED))
    with scope.county(office.county):
        row = CalendarRow.objects.get()
        releases.discard(release=Release.objects.open().get(), county=office.county, by=office.clerk, at=NOW)
    approve(office, propose(office, withdraws=[row], document="更正通知"))
    assert day(office, "2026-05").day == date(2026, 5, 15)
    with scope.county(office.county):
        row.refresh_from_db()
        assert row.withdrawn_at == NOW
    with pytest.raises(MovedOn, match="已不在生效"):
        propose(office, withdraws=[row])


def test_a_new_row_takes_the_place_of_the_old_one_on_its_level_and_day(office):
    approve(office, propose(office, Line(date(2026, 5, 20), False, "检修")))
    approve(office, propose(office, Line(date(2026, 5, 20), True, "更正"), document="更正通知"))
    with scope.county(office.county):
        (row,) = CalendarRow.objects.in_force()
        assert (row.works, row.document, CalendarRow.objects.count()) == (True, "更正通知", 2)


def test_days_that_would_collide_are_refused_in_words(office):
    closed = [Line(date(2026, 5, 15) + timedelta(days=n), False, "停电") for n in range(32)]
    change = propose(office, *closed)
    assert shown(office, change).obstacles == (
        "2026年5月接访日和2026年6月接访日会落在同一天（2026年6月16日）。请先处理其中一个，再审定这项变更。",
    )
    with pytest.raises(Refused, match="同一天"):
        approve(office, change)
    with scope.county(office.county):
        days.add_extra(day=ReceptionDay(day=date(2026, 5, 18), title="下访"), county=office.county, by=office.clerk, at=NOW)
    with pytest.raises(Refused, match="增加的接访"):
        approve(office, propose(office, *CLOSED))


def test_an_extra_day_is_confirmed_with_its_year_and_shown_where_it_is_no_longer_worked(office):
    with scope.county(office.county):
        for on in (date(2027, 3, 3), date(2027, 3, 4)):
            days.add_extra(day=ReceptionDay(day=on, title="下访"), county=office.county, by=office.clerk, at=NOW)
    done = approve(office, propose(office, Line(date(2027, 3, 4), False, "停电"), confirms=2027))
    assert [(m.old, m.new, m.status, m.stays) for m in done.moves] == [
        (date(2027, 3, 3), date(2027, 3, 3), "confirmed", False),
        (date(2027, 3, 4), date(2027, 3, 5), "", True),
    ]
    with scope.county(office.county):
        assert list(ReceptionDay.objects.of_year(2027).order_by("day").values_list("day", "status")) == [
            (date(2027, 3, 3), "confirmed"),
            (date(2027, 3, 4), "provisional"),
        ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "没有内容"),
        ({"document": "  ", "confirms": 2027}, "请写明依据文件"),
        ({"lines": (CLOSED[0], Line(date(2026, 5, 15), True, "乙"))}, "写了两次"),
        ({"lines": (Line(date(2101, 5, 15), True, "乙"),)}, "没有覆盖 2101"),
        ({"lines": (Line(date(2026, 5, 15), True, " "),)}, "没有名称"),
        ({"lines": (Line(date(2026, 5, 15), True, "乙", "", 9),)}, "没有名称或层级"),
        ({"confirms": 1999}, "没有覆盖 1999"),
        ({"lines": tuple(Line(date(2026, 1, 1) + timedelta(days=n), False, "停") for n in range(401))}, "一次最多 400 天"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused_and_not_stored(office, said, words):
    said = {"document": "甲", **said}
    with pytest.raises(Refused, match=words):
        calendar.propose(county=office.county, by=office.clerk, at=NOW, **said)
    with scope.county(office.county):
        assert not CalendarChange.objects.exists()


def test_a_year_is_confirmed_once(office):
    first, second = propose(office, confirms=2027), propose(office, confirms=2027)
    approve(office, first)
    with pytest.raises(MovedOn, match="已经确认"):
        approve(office, second)
    with pytest.raises(MovedOn, match="已经确认"):
        propose(office, confirms=2027)
    with scope.county(office.county):
        assert YearConfirmation.objects.get().change_id == first.pk


def test_a_proposal_is_settled_once_and_withdrawn_rows_stay_proposed(office):
    change = propose(office, *CLOSED)
    calendar.withdraw(change=change, county=office.county, by=office.clerk, at=NOW)
    for again in (approve, lambda o, c: calendar.withdraw(change=c, county=o.county, by=o.clerk, at=NOW)):
        with pytest.raises(MovedOn, match="已撤回"):
            again(office, change)
    with scope.county(office.county):
        assert not CalendarRow.objects.in_force().exists()
    assert approve(office, propose(office, *CLOSED)).change.state == "approved"


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE reception_calendarrow SET works = true",
        "UPDATE reception_calendarrow SET day = day + 1",
        "DELETE FROM reception_calendarrow",
        "UPDATE reception_calendarchange SET document = 'x'",
        "UPDATE reception_calendarchange SET state = 'withdrawn', approved_by_id = null, approved_at = null",
        "DELETE FROM reception_calendarchange",
    ],
)
def test_the_database_itself_keeps_what_was_approved(office, deed):
    approve(office, propose(office, *CLOSED))
    with (
        scope.county(office.county),
        pytest.raises(IntegrityError, match=r"never|only come into force"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed)


def test_who_is_told_and_of_what(office):
    people = {role: builders.user(f"as-{role}", office.county, role) for role in (Role.PARTY_OFFICE, Role.OFFICER, Role.LEADER)}
    with scope.county(office.county):
        sitting = Sitting.objects.get(day__day="2026-05-15", rotation__code="R1")
        Leader.objects.filter(pk=sitting.leader_id).update(user=people[Role.LEADER])
        secretary = builders.user("secretary", office.county)
        RoleGrant.objects.create(user=secretary, role="secretary", leader=sitting.leader, starts_on=date(2020, 1, 1))
        other = builders.user("other-leader", office.county, Role.LEADER)
        Leader.objects.exclude(pk__in=Sitting.objects.filter(day=sitting.day).values("leader")).filter(code="L6").update(user=other)
    approve(office, propose(office, *CLOSED))
    with scope.county(office.county):
        told = Message.objects.filter(kind="calendar_changed")
        assert set(told.values_list("recipient__username", flat=True)) == {
            "chenghe-clerk",
            "chenghe-chief",
            "as-party_office",
            "as-leader",
            "secretary",
        }
        assert told[0].facts["moves"] == [{"old": "2026-05-15", "new": "2026-05-18"}]


def test_a_leader_who_is_away_on_the_new_day_is_named(office):
    with scope.county(office.county):
        sitting = Sitting.objects.get(day__day="2026-05-15", rotation__code="R1")
        Absence.objects.create(
            leader=sitting.leader, starts_on=date(2026, 5, 18), ends_on=date(2026, 5, 19), kind="leave",
            recorded_by=office.clerk, recorded_at=NOW,
        )  # fmt: skip
    (move,) = shown(office, propose(office, *CLOSED)).moves
    assert move.words.endswith(f"{sitting.leader.name}当天已登记请假，需要安排替代。")


def test_the_notice_of_a_provisional_year_moves_its_published_days(office, client):
    """2027 is published as it was guessed; in November the notice comes; subscribers' calendars follow."""
    builders.published(office, year=2027)
    before = events(client)
    assert {status for _sequence, status, _start in before.values()} == {"CONFIRMED", "TENTATIVE"}
    change = propose(office, *DECREE, document="国务院办公厅关于2027年部分节假日安排的通知", document_number="国办发明电〔2026〕8号",
                     confirms=2027, at=NOVEMBER)  # fmt: skip
    moves = shown(office, change, NOVEMBER).moves
    assert [(m.old, m.new) for m in moves if m.old != m.new] == [
        (date(2027, 5, 17), date(2027, 5, 15)),
        (date(2027, 9, 16), date(2027, 9, 20)),
    ]
    assert {m.status for m in moves} == {"confirmed"}
    assert len(moves) == 12
    done = approve(office, change, at=NOVEMBER)
    assert events(client) == before, "nothing published moves before the release is out"
    releases.submit(release=done.release, county=office.county, by=office.clerk, at=NOVEMBER)
    releases.approve(release=done.release, county=office.county, by=office.chief, at=NOVEMBER)
    document = releases.publish(release=done.release, county=office.county, by=office.chief, at=NOVEMBER).document
    assert document["years"][-1] == {
        "year": 2027,
        "status": "confirmed",
        "document": "国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕8号）",
    }
    after = events(client)
    assert after.keys() == before.keys()
    of_2027 = {uid for uid, (_sequence, status, _start) in before.items() if status == "TENTATIVE"}
    assert len(of_2027) == 24
    for uid, (sequence, status, start) in after.items():
        assert (sequence, status) == (before[uid][0] + (uid in of_2027), "CONFIRMED")
        assert (start != before[uid][2]) == (before[uid][2] in (date(2027, 5, 17), date(2027, 9, 16)))
    with scope.county(office.county):
        assert list(journal.faults()) == []


def events(client):
    feed = icalendar.Calendar.from_ical(client.get("/chenghe/roster.ics").content)
    return {
        str(event["uid"]): (int(event["sequence"]), str(event["status"]), event.decoded("dtstart").date())
        for event in feed.walk("VEVENT")
    }


def test_a_finder_that_registers_is_shown_told_and_carried_out(office, monkeypatch):
    monkeypatch.setattr(effects, "_finders", {})
    done = []

    def carry_out(moves, comparison, by, at):
        done.extend(moves)

    @effects.finder(effects.Kind.DEADLINE, carry_out=carry_out)
    def found(comparison):
        for number in (2, 1):
            due = comparison.after.next_workday(date(2026, 5, 15))
            yield effects.Move(effects.Kind.DEADLINE, f"deadline {number}", date(2026, 5, 15), due, words=f"期限{number}")

    with pytest.raises(ValueError, match="found already"):
        effects.finder(effects.Kind.DEADLINE)(found)
    with pytest.raises(ValueError, match="found already"):
        effects.finder(effects.Kind.DAY)(found)
    change = propose(office, *CLOSED)
    assert [move.key for move in shown(office, change).moves][1:] == ["deadline 1", "deadline 2"]
    approve(office, change)
    assert [(move.key, move.new) for move in done] == [("deadline 1", date(2026, 5, 18)), ("deadline 2", date(2026, 5, 18))]


near = st.builds(
    lambda number, works, level: Line(date(2026, 1, 1) + timedelta(days=number), works, "调整", "changed", level),
    st.integers(0, 760),
    st.booleans(),
    st.sampled_from([1, 2, 3, 4]),
)
# Rows where they hurt: around the nominal days.
around = st.builds(
    lambda month, shift, works, level: Line(
        date(2026 + month // 12, month % 12 + 1, 13) + timedelta(days=shift), works, "调整", "changed", level
    ),
    st.integers(0, 23),
    st.integers(0, 8),
    st.booleans(),
    st.sampled_from([1, 3]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    lines=st.lists(near | around, min_size=1, max_size=40, unique_by=lambda line: (line.day, line.level)),
    confirms=st.sampled_from([None, 2027]),
    on=st.dates(date(2026, 1, 9), date(2026, 12, 30)),
    held=st.sets(st.integers(0, 11), max_size=4),
)
@example(lines=[Line(date(2026, 8, 17), False, "调整", "changed", 1)], confirms=None, on=date(2026, 8, 16), held=set())
def test_f20_after_any_change_each_day_to_come_is_the_rules_and_every_other_is_as_it_was(office, lines, confirms, on, held):
    """2026 is published, 2027 only planned; some days are held. What is shown is done, and nothing else."""
    at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    with scope.county(office.county):
        point = transaction.savepoint()
        try:
            planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
            for number in held:
                ReceptionDay.objects.filter(month=date(2026, number + 1, 1)).update(state=DayState.HELD)
            before = {row.pk: row for row in ReceptionDay.objects.all()}
            change = propose(office, *lines, confirms=confirms, at=at)
            seen = shown(office, change, at)
            if seen.obstacles:
                with pytest.raises(Refused):
                    approve(office, change, at=at)
                assert [row.day for row in ReceptionDay.objects.order_by("pk")] == [before[pk].day for pk in sorted(before)]
                return
            approve(office, change, at=at)
            now, staying = work_calendar(office.county), {move.key for move in seen.moves if move.stays}
            moved = {move.key: move.new for move in seen.moves if not move.stays}
            for row in ReceptionDay.objects.all():
                was, key = before[row.pk], f"day {row.uid}"
                if row.state == DayState.HELD or was.day < on or key in staying:
                    assert (row.day, row.status, row.reasons) == (was.day, was.status, was.reasons)
                    continue
                asked = rule.reception_day(rule.Month(row.month.year, row.month.month), rule.DayRule(15), now)
                assert (row.day, row.status, row.day) == (asked.day, str(asked.status), moved.get(key, was.day))
                assert (row.reason != "") == (row.state == DayState.PUBLISHED and row.day != was.day)
            assert shown(office, change, at).moves == () or staying
            for release in Release.objects.open():
                releases.submit(release=release, county=office.county, by=office.clerk, at=at)
                releases.approve(release=release, county=office.county, by=office.chief, at=at)
                # A change the day before is late, and is published only with its reason.
                releases.publish(
                    release=release,
                    late_reason="放假安排调整",
                    late_reason_en="Holidays changed",
                    county=office.county,
                    by=office.chief,
                    at=at,
                )
            assert list(journal.faults()) == []
        finally:
            transaction.savepoint_rollback(point)


def two_approvals(office):
    chiefs = [office.chief, builders.user("other-chief", office.county, Role.CHIEF)]
    change = propose(office, *CLOSED)
    seen = shown(office, change).digest
    return at_once(*(partial(approve, office, change, by=chief, seen=seen) for chief in chiefs))


def test_two_chiefs_approve_at_once_and_one_is_told_so(committed_db):
    office = builders.bureau()
    builders.published(office)
    outcomes = two_approvals(office)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Approved", "MovedOn"]
    (refusal,) = (str(outcome) for outcome in outcomes if isinstance(outcome, MovedOn))
    assert refusal.startswith("这项变更现在是“已生效”")
    with scope.county(office.county):
        assert Entry.objects.filter(act="calendar.approve").count() == 1
        assert list(journal.faults()) == []


def test_without_the_lock_the_same_race_is_open(committed_db, monkeypatch):
    """The guard off: both find the change proposed and its moves as shown; the second runs into the database's own refusal, not into a sentence."""
    office = builders.bureau()
    builders.published(office)
    both, in_force = threading.Barrier(2), calendar._in_force

    def unguarded(change, county, action):
        now = CalendarChange.objects.select_related("proposed_by").get(pk=change.pk)
        assert now.state == "proposed"
        return now

    def together(change, by, at):
        # Past every look at the state, before the first word is written.
        both.wait(30)
        return in_force(change, by, at)

    monkeypatch.setattr(calendar, "_locked", unguarded)
    monkeypatch.setattr(calendar, "_in_force", together)
    outcomes = two_approvals(office)
    assert sorted(isinstance(outcome, DatabaseError) for outcome in outcomes) == [False, True], outcomes
    assert sum(isinstance(outcome, calendar.Approved) for outcome in outcomes) == 1, outcomes
