"""A published day is cancelled or moved by decision, with a public reason; a day may be added by hand."""

from datetime import date, timedelta

import pytest

from reception import documents, scope
from reception.actions import days, journal, planning, releases
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Leader, ReceptionDay, Sitting
from tests.reception import builders
from tests.reception.builders import NOW


@pytest.fixture
def office(standing):
    return standing


def day(office, on="2026-02-24"):
    with scope.county(office.county):
        return ReceptionDay.objects.get(day=on)


def decide(verb, office, by=None, **more):
    said = {"reason": "会议室停电", "reason_en": "power cut", "county": office.county, "by": by or office.chief, "at": NOW} | more
    with scope.county(office.county):
        return getattr(days, verb)(**said)


def out(office, draft):
    """Approve and publish, by someone else than who drafted."""
    other = builders.user("other-chief", office.county, builders.Role.CHIEF)
    releases.submit(release=draft, county=office.county, by=office.chief, at=NOW)
    releases.approve(release=draft, county=office.county, by=other, at=NOW)
    return releases.publish(release=draft, county=office.county, by=other, at=NOW).document


def test_a_cancelled_day_is_told_with_its_reason(office):
    document = out(office, decide("cancel", office, day=day(office)))
    (told,) = [d for d in document["days"] if d["state"] == "cancelled"]
    assert (told["day"], told["reason"], told["sittings"][0]["sequence"]) == (
        "2026-02-24",
        {"zh": "会议室停电", "en": "power cut"},
        1,
    )
    assert document["note"]["zh"] == "2026-02-24 取消：会议室停电"
    with scope.county(office.county):
        assert list(journal.faults()) == []


@pytest.mark.parametrize(("cancelled", "due"), [(False, "P1"), (True, "P2")])
def test_a_cancelled_day_costs_nobody_a_turn(office, cancelled, due):
    """The magistrate receives in December, so January is the secretary's; unless December was cancelled."""
    if cancelled:
        decide("cancel", office, day=day(office, "2026-12-15"))
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    with scope.county(office.county):
        assert Sitting.objects.get(day__day="2027-01-15", rotation__code="R1").post.code == due


def test_a_moved_day_says_the_new_date_the_reason_and_no_longer_the_rules_trace(office, client):
    document = out(office, decide("move", office, day=day(office), to=date(2026, 2, 25)))
    (told,) = [d for d in document["days"] if d["month"] == "2026-02"]
    assert (told["day"], told["nominal"], told["reasons"], told["state"]) == ("2026-02-25", "2026-02-15", [], "published")
    page = client.get("/chenghe/days/2026-02-25/").content.decode()
    assert "会议室停电" in page
    assert "因此接访日为2月24日" not in page
    assert client.get("/chenghe/days/2026-02-24/").status_code == 404


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (date(2026, 2, 28), None),
        (date(2026, 2, 22), "不是工作日"),
        (date(2026, 1, 8), "已经过去"),
        (date(2026, 3, 16), "已是接访日"),
        (date(2101, 1, 4), "没有覆盖"),
    ],
)
def test_only_a_working_day_to_come_that_is_free_will_do(office, to, words):
    if words is None:
        assert decide("move", office, day=day(office), to=to).state == "draft", "a make-up Saturday is a working day"
        return
    with pytest.raises(Refused, match=words):
        decide("move", office, day=day(office), to=to)
    assert day(office).state == "published"


@pytest.mark.parametrize("verb", ["cancel", "move"])
def test_who_may_decide_and_on_what(office, verb):
    more = {"to": date(2026, 2, 25)} if verb == "move" else {}
    with pytest.raises(Forbidden, match="信访局局长"):
        decide(verb, office, by=office.clerk, day=day(office), **more)
    with pytest.raises(Refused, match="请写明原因"):
        decide(verb, office, day=day(office), reason="  ", **more)
    with pytest.raises(MovedOn, match="还没有举行"):
        decide(verb, office, day=day(office), at=NOW + timedelta(days=60), **more)


def test_a_refusal_of_the_draft_leaves_the_day_as_it_was(office):
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    releases.draft(county=office.county, by=office.clerk, at=NOW)
    with pytest.raises(MovedOn, match="还没有公布"):
        decide("cancel", office, day=day(office))
    assert day(office).state == "published"


def test_a_day_added_by_hand_is_extra_and_may_not_be_a_reception_day_already(office):
    with scope.county(office.county):
        added = days.add_extra(day=ReceptionDay(day=date(2026, 2, 5), title="下访"), county=office.county, by=office.clerk, at=NOW)
        assert (added.kind, str(added.month), added.status) == ("extra", "2026-02-01", "confirmed")
        assert added.reasons == [], "by decision, not by the rule"
        for taken, words in ((date(2026, 2, 24), "已是接访日"), (date(2026, 1, 8), "已经过去")):
            with pytest.raises(Refused, match=words):
                days.add_extra(day=ReceptionDay(day=taken), county=office.county, by=office.clerk, at=NOW)


LATER = NOW + timedelta(days=30)


def told_later(office, draft):
    """The draft that would have told it in time is given up, the leaders get other names, and a month later another is drafted."""
    releases.discard(release=draft, county=office.county, by=office.clerk, at=NOW)
    with scope.county(office.county):
        Leader.objects.update(name="改了名")
    return {row["uid"]: row for row in releases.draft(county=office.county, by=office.clerk, at=LATER).document["days"]}


def test_a_cancellation_told_too_late_changes_what_became_of_the_day_and_nothing_else(office):
    row = day(office, "2026-01-15")
    with scope.county(office.county):
        before = next(told for told in documents.latest().document["days"] if told["uid"] == str(row.uid))
    told = told_later(office, decide("cancel", office, day=row))[str(row.uid)]
    assert (told["state"], told["reason"]) == ("cancelled", {"zh": "会议室停电", "en": "power cut"})
    assert [sitting["leader"] for sitting in told["sittings"]] == [sitting["leader"] for sitting in before["sittings"]]


def test_a_day_moved_away_in_time_and_told_too_late_is_the_day_it_was_moved_to(office):
    row = day(office, "2026-01-15")
    told = told_later(office, decide("move", office, day=row, to=date(2026, 3, 3)))[str(row.uid)]
    assert (told["day"], told["state"]) == ("2026-03-03", "published")
