"""T15 and T16: who may make the handling period longer, when and by how much; and the hearing that stops it."""

from datetime import date, timedelta

import pytest

from petitions import words
from petitions.actions import cases, extensions, pauses, proposals
from petitions.models import Case, Deadline, Document, Extension, Kind, Pause, Proposal
from petitions.workflow import Action
from reception import scope
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Entry
from tests.petitions import handled

ACCEPTED = date(2026, 3, 4)
# Sixty days after it; the national holiday makes it no working day.
DUE = date(2026, 5, 3)


@pytest.fixture
def office(standing):
    return standing


@pytest.fixture
def unit(office):
    return handled.unit(office)


@pytest.fixture
def case(office, unit):
    return handled.in_handling(office, unit, on=ACCEPTED)


def extend(office, case, by, *, on=date(2026, 4, 1), days=30, reason="需要专家鉴定"):
    with scope.county(office.county):
        return extensions.extend(
            case=cases.locked(case), days=days, reason=reason, county=office.county, by=by, at=handled.moment(on)
        )


def ask(office, case, by, *, on=date(2026, 4, 1), days=30, reason="需要专家鉴定"):
    with scope.county(office.county):
        return extensions.ask(case=cases.locked(case), days=days, reason=reason, county=office.county, by=by, at=handled.moment(on))


def sign(office, proposal, by, on=date(2026, 4, 2)):
    with scope.county(office.county):
        return proposals.sign(proposal=proposal, county=office.county, by=by, at=handled.moment(on))


def pause(office, case, by, on, reason="4月10日在住建局会议室听证，由局长主持"):
    with scope.county(office.county):
        return pauses.pause(case=cases.locked(case), reason=reason, county=office.county, by=by, at=handled.moment(on))


def resume(office, case, by, on):
    with scope.county(office.county):
        return pauses.resume(case=cases.locked(case), county=office.county, by=by, at=handled.moment(on))


def state(office, case):
    """Everything about a case that an extension or a pause may touch."""
    with scope.county(office.county):
        case = Case.objects.get(pk=case.pk)
        running = Deadline.objects.running().filter(case=case, kind__in=("D5", "D6"))
        return {
            "status": case.status,
            "steps": [step.action for step in case.steps.order_by("n")][3:],
            "running": [(c.kind, str(c.due_on), c.extended_by, c.paused_by) for c in running],
            "extensions": list(Extension.objects.values_list("days", "reason")),
            "documents": list(Document.objects.values_list("kind", "for_petitioner", "issuer__code")),
            "proposals": list(Proposal.objects.values_list("action", "state")),
            "pauses": [(str(p.starts_on), str(p.ends_on)) for p in Pause.objects.all()],
            "due_on": str(case.due_on),
        }


UNTOUCHED = {
    "status": "in_handling",
    "steps": ["accept", "handle"],
    "running": [("D5", "2026-05-03", 0, 0)],
    "extensions": [],
    "documents": [],
    "proposals": [],
    "pauses": [],
    "due_on": "2026-04-20",
}
EXTENDED = UNTOUCHED | {
    "steps": ["accept", "handle", "extend"],
    "running": [("D6", "2026-06-02", 30, 0)],
    "extensions": [(30, "需要专家鉴定")],
    "documents": [("extension", True, "D02")],
}


def test_a_case_in_handling_has_one_period_and_nothing_else(office, case):
    assert state(office, case) == UNTOUCHED


def test_the_head_extends_alone_and_the_petitioner_is_told(office, unit, case):
    with scope.county(office.county):
        before = Entry.objects.count()
    fresh = extend(office, case, unit.head)
    assert state(office, case) == EXTENDED
    with scope.county(office.county):
        said = Document.objects.get().said
        assert "延长30日，延长至2026年6月2日" in str(said)
        assert "需要专家鉴定" in str(said)
        entries = list(Entry.objects.order_by("n")[before:].values_list("act", flat=True))
        assert entries == ["case.extend", "document.issue"]
        old = fresh.supersedes
        assert (old.kind, old.stop.step.action, old.extension.days) == ("D5", "extend", 30)
        assert (fresh.began_by_id, fresh.started_on, fresh.rule) == (old.began_by_id, ACCEPTED, old.rule)
        assert words.how(fresh) == (
            "2026年3月4日受理，自次日起 60 日，节假日计算在内（《信访工作条例》第三十四条），至 2026年5月3日。"
            "2026年4月1日批准延长 30 日（《信访工作条例》第三十四条，只能一次），理由：需要专家鉴定；延长至 2026年6月2日。"
        )


def test_the_officer_asks_and_the_head_signs(office, unit, case):
    proposal = ask(office, case, unit.officer)
    assert state(office, case) == UNTOUCHED | {"proposals": [("extend", "waiting")]}
    sign(office, proposal, unit.head)
    assert state(office, case) == EXTENDED | {"proposals": [("extend", "signed")]}


def test_a_request_may_be_refused_and_taken_back(office, unit, case):
    first = ask(office, case, unit.officer)
    with scope.county(office.county):
        proposals.refuse(
            proposal=first, decision="可以按期办结", county=office.county, by=unit.head, at=handled.moment(date(2026, 4, 2))
        )
    second = ask(office, case, unit.officer)
    with scope.county(office.county):
        proposals.take_back(proposal=second, county=office.county, by=unit.officer, at=handled.moment(date(2026, 4, 3)))
    assert state(office, case) == UNTOUCHED | {"proposals": [("extend", "refused"), ("extend", "taken_back")]}


@pytest.mark.parametrize(("extended_on", "days", "due"), [("2023-11-30", 30, "2023-12-30"), ("2023-10-01", 1, "2023-12-01")])
def test_the_vector_of_the_law_accepted_on_1_october_2023(office, unit, extended_on, days, due):
    """Accepted 2023-10-01, due 2023-11-30, fully extended 2023-12-30."""
    case = handled.in_handling(office, unit, on=date(2023, 10, 1), letter_of=date(2023, 9, 20))
    assert state(office, case)["running"] == [("D5", "2023-11-30", 0, 0)]
    assert str(extend(office, case, unit.head, on=date.fromisoformat(extended_on), days=days).due_on) == due


def test_the_vector_of_the_law_received_on_friday_9_february_2024(office, unit):
    """Spring Festival is from the 10th to the 17th, and Sunday the 18th is worked: five working days end on Thursday the 22nd."""
    case = handled.assigned(office, unit, on=date(2024, 2, 9), due_on=date(2024, 4, 1), letter_of=date(2024, 2, 1))
    with scope.county(office.county):
        assert str(Deadline.objects.running().get(case=case, kind="D4").due_on) == "2024-02-22"


def test_an_extension_that_is_dated_back_before_another_step_is_refused_by_the_database(office, unit):
    """The reception of 2026 stands before it, so nobody can have extended anything of the same case in 2023."""
    case = handled.in_handling(office, unit, on=date(2023, 10, 1))
    with pytest.raises(Exception, match="not earlier than the steps before"):
        extend(office, case, unit.head, on=date(2023, 11, 30))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days": 0}, "1 至 30 日"),
        ({"days": 31}, "1 至 30 日"),
        ({"days": -5}, "1 至 30 日"),
        ({"reason": "   "}, "写明延期的理由"),
        ({"on": date(2026, 5, 4)}, "已于 2026年5月3日届满"),
        ({"on": date(2026, 9, 1)}, "届满后不能再延长"),
    ],
)
def test_what_is_refused_changes_nothing(office, unit, case, changes, sentence):
    for act, by in ((extend, unit.head), (ask, unit.officer)):
        with pytest.raises(Refused, match=sentence):
            act(office, case, by, **changes)
    assert state(office, case) == UNTOUCHED


@pytest.mark.parametrize("on", [ACCEPTED, DUE])
def test_the_first_and_the_last_day_are_in_time(office, unit, case, on):
    assert str(extend(office, case, unit.head, on=on, days=1).due_on) == "2026-05-04"


def test_nobody_but_the_lead_units_head_extends(office, unit, case):
    other = handled.unit(office, "D03", name="人社局")
    for by in (unit.officer, other.head, office.clerk, office.chief):
        with pytest.raises(Forbidden):
            extend(office, case, by)
    for by in (other.officer, other.head, office.clerk, office.chief):
        with pytest.raises(Forbidden):
            ask(office, case, by)
    proposal = ask(office, case, unit.officer)
    for by in (other.head, unit.officer, office.chief):
        with pytest.raises(Refused):
            sign(office, proposal, by)
    assert state(office, case) == UNTOUCHED | {"proposals": [("extend", "waiting")]}


def test_a_head_who_asked_can_t_sign_their_own_request(office, unit, case):
    proposal = ask(office, case, unit.head)
    with pytest.raises(Refused, match="不能自己签批"):
        sign(office, proposal, unit.head)


def test_a_request_signed_after_the_last_day_is_too_late(office, unit, case):
    proposal = ask(office, case, unit.officer, on=DUE)
    with pytest.raises(Refused, match="届满后不能再延长"):
        sign(office, proposal, unit.head, on=DUE + timedelta(days=1))


def test_once_and_never_again(office, unit, case):
    proposal = ask(office, case, unit.officer)
    extend(office, case, unit.head, days=10)
    with pytest.raises(Refused, match=r"只能延长一次.*2026年4月1日延长 10 日，至 2026年5月13日"):
        extend(office, case, unit.head, days=10)
    with pytest.raises(Refused, match="只能延长一次"):
        sign(office, proposal, unit.head)
    with pytest.raises(Refused, match="只能延长一次"):
        ask(office, case, unit.officer)


def test_a_suggestion_has_no_period_to_extend(office, unit):
    case = handled.in_handling(office, unit, kind=Kind.SUGGESTION)
    with pytest.raises(Refused, match="没有正在计算的办理期限"):
        extend(office, case, unit.head)


def test_it_is_possible_in_handling_only(office, unit):
    case = handled.accepted(office, unit)
    with pytest.raises(MovedOn, match="T15"):
        extend(office, case, unit.head)


def test_a_hearing_stops_the_clock_and_its_days_are_not_counted(office, unit, case):
    pause(office, case, unit.head, date(2026, 4, 10))
    assert state(office, case) == UNTOUCHED | {
        "steps": ["accept", "handle", "pause"],
        "pauses": [("2026-04-10", "None")],
    }
    fresh = resume(office, case, unit.head, date(2026, 4, 15))
    assert state(office, case) == UNTOUCHED | {
        "steps": ["accept", "handle", "pause", "resume"],
        "pauses": [("2026-04-10", "2026-04-15")],
        "running": [("D5", "2026-05-08", 0, 5)],
    }
    with scope.county(office.county):
        assert words.how(fresh).endswith("2026年4月10日至 2026年4月14日听证，这 5 日不计入期限，届满日改为 2026年5月8日。")


def test_a_second_hearing_on_the_day_the_first_ended_counts_no_day_twice(office, unit, case):
    pause(office, case, unit.head, date(2026, 4, 10))
    resume(office, case, unit.head, date(2026, 4, 10))
    pause(office, case, unit.head, date(2026, 4, 10))
    resume(office, case, unit.head, date(2026, 4, 12))
    assert state(office, case)["running"] == [("D5", "2026-05-05", 0, 2)]


def test_extended_and_paused_and_paused_and_extended_end_on_the_same_day(office, unit, case):
    other = handled.in_handling(office, unit, on=ACCEPTED, n=2)
    extend(office, case, unit.head, on=date(2026, 4, 1))
    pause(office, case, unit.head, date(2026, 4, 10))
    resume(office, case, unit.head, date(2026, 4, 15))
    pause(office, other, unit.head, date(2026, 4, 10))
    resume(office, other, unit.head, date(2026, 4, 15))
    extend(office, other, unit.head, on=date(2026, 4, 20))
    with scope.county(office.county):
        ends = {(c.kind, str(c.due_on)) for c in Deadline.objects.running().filter(kind__in=("D5", "D6"))}
    assert ends == {("D6", "2026-06-07")}


def test_while_it_is_paused_nothing_is_extended_or_drafted(office, unit, case):
    pause(office, case, unit.head, date(2026, 4, 10))
    with pytest.raises(Refused, match="先“恢复计时”"):
        extend(office, case, unit.head, on=date(2026, 4, 11))
    with pytest.raises(Refused, match="先“恢复计时”"):
        handled.move(office, case, Action.DRAFT_OPINION, unit.officer, date(2026, 4, 11))
    with pytest.raises(Refused, match="先“恢复计时”"):
        pause(office, case, unit.head, date(2026, 4, 11))


def test_a_pause_is_the_heads_in_time_and_with_a_reason(office, unit, case):
    with pytest.raises(Forbidden):
        pause(office, case, unit.officer, date(2026, 4, 10))
    with pytest.raises(Refused, match="写明听证的安排"):
        pause(office, case, unit.head, date(2026, 4, 10), reason=" ")
    with pytest.raises(Refused, match="届满后不能再中止"):
        pause(office, case, unit.head, date(2026, 5, 4))
    with pytest.raises(Refused, match="没有中止"):
        resume(office, case, unit.head, date(2026, 4, 10))
    assert state(office, case) == UNTOUCHED


def test_a_simple_case_has_its_shorter_period_besides(office, unit):
    case = handled.assigned(office, unit)
    with scope.county(office.county):
        Case.objects.filter(pk=case.pk).update(is_simple=True)
    handled.move(office, case, Action.ACCEPT, unit.officer, ACCEPTED)
    with scope.county(office.county):
        found = {c.kind: str(c.due_on) for c in Deadline.objects.running().filter(case=case, referral=None)}
    assert found == {"D5": "2026-05-03", "D12": "2026-03-18"}


def test_without_the_look_at_the_end_the_database_still_refuses(office, unit, case, monkeypatch):
    monkeypatch.setattr(extensions, "_extendable", lambda case, *_rest: Deadline.objects.get(case=case, kind="D5"))
    with pytest.raises(Exception, match="extended once, within it"):
        extend(office, case, unit.head, on=DUE + timedelta(days=1))


def test_without_the_look_at_the_first_the_database_still_refuses_the_second(office, unit, case, monkeypatch):
    extend(office, case, unit.head, days=5)
    for kind in ("D5", "D6"):
        monkeypatch.setattr(extensions, "_extendable", lambda case, *_rest, k=kind: Deadline.objects.get(case=case, kind=k))
        with pytest.raises(Exception, match=r"extended once|stopped is not extended"):
            extend(office, case, unit.head, days=5, on=date(2026, 4, 3))
