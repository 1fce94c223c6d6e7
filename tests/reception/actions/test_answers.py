"""A leader is asked, answers once, or is reported silent; each thing exactly once, however often the sweep runs."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from reception import scope
from reception.actions import absences, answers, asking, days, journal, substitutions, sweeps
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import (
    Absence,
    Answer,
    Entry,
    Leader,
    Message,
    RoleGrant,
    Sitting,
    Substitution,
    User,
)
from reception.roles import Role
from reception.workflows.answer import ANSWER, State
from tests.reception import builders
from tests.reception.builders import NOW

DAY = date(2026, 2, 24)
AT = NOW.replace(month=2, day=19)


@pytest.fixture
def office(standing):
    return standing


def account(office, code, username="the-leader"):
    """An account for a leader."""
    person = builders.user(username, office.county, Role.LEADER)
    with scope.county(office.county):
        Leader.objects.filter(code=code).update(user=person)
    return person


def secretary(office, *codes, username="the-secretary"):
    person = builders.user(username, office.county)
    with scope.county(office.county):
        for code in codes:
            leader = Leader.objects.get(code=code)
            RoleGrant.objects.create(user=person, role="secretary", leader=leader, starts_on=date(2020, 1, 1))
    return person


def sitting(office, rotation="R2", day=DAY):
    with scope.county(office.county):
        return Sitting.objects.select_related("day", "post", "leader").get(day__day=day, rotation__code=rotation)


def system():
    return User.objects.get(username="system")


def sweep(office, at=AT):
    return sweeps.remind(county=office.county, by=system(), at=at)


def asked(office, rotation="R2", at=AT):
    sweep(office, at)
    with scope.county(office.county):
        return Answer.objects.select_related("leader", "sitting__day").get(sitting=sitting(office, rotation), state="asked")


def do(verb, office, by, at=AT, **more):
    with scope.county(office.county):
        more["answer"] = Answer.objects.select_related("leader", "sitting__day").get(pk=more["answer"].pk)
        return getattr(answers, verb)(county=office.county, by=by, at=at, **more)


def states(office):
    with scope.county(office.county):
        return Counter(Answer.objects.values_list("state", flat=True))


def said(office):
    """What was queued: kind, to whom, how often."""
    with scope.county(office.county):
        rows = Message.objects.filter(kind__startswith="answer").values_list("kind", "recipient__username")
        return Counter(rows)


def test_nobody_is_asked_before_the_day_and_everybody_on_it(office):
    sweep(office, AT - timedelta(days=1))
    assert states(office) == {}
    sweep(office)
    assert states(office) == {"asked": 2}


def test_the_county_says_how_early(office):
    office.county.tell_leaders_days_before = 10
    office.county.save()
    sweep(office, AT - timedelta(days=5))
    assert states(office) == {"asked": 2}


def test_the_countys_days_must_be_in_order(office):
    office.county.tell_bureau_days_before = 9
    with pytest.raises(IntegrityError), transaction.atomic():
        office.county.save()


def test_only_the_leader_gets_the_link_and_the_secretary_signs_in(office):
    code = sitting(office).leader.code
    account(office, code)
    secretary(office, code)
    answer = asked(office)
    assert said(office) == {("answer_asked", "the-leader"): 1, ("answer_asked_secretary", "the-secretary"): 1}
    assert answer.told_at == AT


def test_a_leader_nobody_can_tell_is_told_once_there_is_an_account(office):
    answer = asked(office)
    assert answer.told_at is None
    account(office, answer.leader.code)
    for hour in range(3):
        sweep(office, AT + timedelta(hours=hour))
    assert said(office)["answer_asked", "the-leader"] == 1


def test_accepting_on_the_desk_says_who_and_for_whom(office):
    answer = asked(office)
    person = secretary(office, answer.leader.code)
    do("accept", office, person, answer=answer)
    with scope.county(office.county):
        row = Answer.objects.select_related("answered_by").get(pk=answer.pk)
        entry = Entry.objects.get(act="answer.accept")
    assert (row.state, row.answered_by, row.acting_for, row.way) == ("accepted", person, f"leader {answer.leader.code}", "desk")
    assert (entry.actor, entry.acting_for) == ("the-secretary", f"leader {answer.leader.code}")


def test_declining_records_the_absence_and_opens_the_substitution(office):
    answer = asked(office)
    person = account(office, answer.leader.code)
    made = do("decline", office, person, answer=answer, reason="meeting", note="市里开会")
    with scope.county(office.county):
        absence = Absence.objects.get()
        rows = list(Substitution.objects.values_list("state", "reason"))
        facts = [entry.facts for entry in Entry.objects.all()]
    assert (absence.starts_on, absence.ends_on, absence.kind, absence.note) == (DAY, DAY + answers.ONE_DAY, "meeting", "市里开会")
    assert (rows, made.sitting_id) == ([("requested", "meeting")], answer.sitting_id)
    assert "市里开会" not in str(facts)
    assert states(office) == {"asked": 1, "declined": 1}


def test_declining_where_a_substitution_is_under_way_opens_no_second(office):
    answer = asked(office)
    with scope.county(office.county):
        first = substitutions.request(sitting=sitting(office), reason="leave", county=office.county, by=office.clerk, at=AT)
    assert do("decline", office, office.clerk, answer=answer, reason="leave").pk == first.pk


def test_who_accepted_can_still_say_that_they_can_t(office):
    answer = asked(office)
    person = account(office, answer.leader.code)
    do("accept", office, person, answer=answer)
    do("decline", office, person, answer=answer, reason="illness")
    assert states(office) == {"asked": 1, "declined": 1}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY}))
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", ["accept", "decline"])
def test_every_state_action_and_role(office, role, state, action):
    answer = asked(office)
    person = builders.user("somebody", office.county, role)
    with scope.county(office.county):
        given = {"answered_at": AT, "answered_by": person}
        Answer.objects.filter(pk=answer.pk).update(state=str(state), **given)
    more = {"reason": "leave"} if action == "decline" else {}
    bureau = role in (Role.CLERK, Role.CHIEF, Role.COORDINATOR)
    expected = None if bureau and ANSWER.allows(action, state=state) else MovedOn if bureau else Forbidden
    if expected:
        with pytest.raises(expected):
            do(action, office, person, answer=answer, **more)
    else:
        do(action, office, person, answer=answer, **more)
        assert states(office)[ANSWER.transition(action).after] == 1


def test_another_leader_and_another_leaders_secretary_are_refused(office):
    answer = asked(office)
    other = "L3" if answer.leader.code != "L3" else "L4"
    for person in (account(office, other), secretary(office, other)):
        with pytest.raises(Forbidden):
            do("accept", office, person, answer=answer)
    assert states(office) == {"asked": 2}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": ""}, "请选择事由"),
        ({"reason": "leave", "starts_on": DAY + timedelta(days=1), "ends_on": DAY + timedelta(days=3)}, "须包括"),
        ({"reason": "leave", "starts_on": date(2026, 2, 1), "ends_on": DAY + timedelta(days=1)}, "已经过去"),
    ],
)
def test_a_wrong_decline_is_refused_with_a_sentence(office, more, words):
    answer = asked(office)
    with pytest.raises(Refused, match=words):
        do("decline", office, office.clerk, answer=answer, **more)


def test_nobody_answers_once_the_day_is_over(office):
    answer = asked(office)
    with pytest.raises(Refused, match="已经过去"):
        do("accept", office, office.clerk, answer=answer, at=AT + timedelta(days=6))


def test_nobody_answers_once_the_sitting_is_over(office):
    answer = asked(office)
    evening = AT.replace(day=DAY.day, hour=12)
    with pytest.raises(Refused, match="已经结束"):
        do("accept", office, office.clerk, answer=answer, at=evening)
    with pytest.raises(Refused, match="已经结束"):
        do("decline", office, office.clerk, answer=answer, reason="leave", at=evening)
    assert states(office)["asked"] == 2


def test_what_the_substitution_refuses_leaves_no_absence(office, monkeypatch):
    def refuses(**_asked):
        raise Refused("不行")

    answer = asked(office)
    monkeypatch.setattr(substitutions, "request", refuses)
    # As a page does, which shows the refusal within its transaction.
    with scope.county(office.county):
        with pytest.raises(Refused, match="不行"):
            answers.decline(answer=answer, reason="leave", county=office.county, by=office.clerk, at=AT)
        assert not Absence.objects.exists()


def test_a_moved_day_is_asked_anew(office):
    answer = asked(office)
    person = account(office, answer.leader.code)
    do("accept", office, person, answer=answer)
    with scope.county(office.county):
        day = sitting(office).day
        days.move(day=day, to=date(2026, 2, 25), reason="防汛", reason_en="", county=office.county, by=office.chief, at=AT)
    with pytest.raises(MovedOn, match="已有变化"):
        do("decline", office, person, answer=answer, reason="leave")
    sweep(office, AT + timedelta(days=1))
    with scope.county(office.county):
        rows = list(Answer.objects.filter(leader=answer.leader).order_by("pk").values_list("state", "day"))
    assert rows == [("lapsed", DAY), ("asked", date(2026, 2, 25))]


def test_a_cancelled_day_asks_nobody_any_more(office):
    asked(office)
    with scope.county(office.county):
        days.cancel(day=sitting(office).day, reason="防汛", reason_en="", county=office.county, by=office.chief, at=AT)
    sweep(office)
    assert states(office) == {"lapsed": 2}


def test_a_substitute_in_force_is_asked_anew(office):
    answer = asked(office)
    endorsers = builders.user("joint", office.county, Role.JOINT_OFFICE)
    with scope.county(office.county):
        who = {"county": office.county, "by": office.clerk, "at": AT}
        row = answers.decline(answer=answer, reason="leave", **who)
        _candidate, tenure = substitutions.ranked(sitting(office))[0]
        substitutions.propose(substitution=row, post=tenure.post, leader=tenure.leader, coordinators="科长", **who)
        substitutions.endorse(substitution=row, **(who | {"by": endorsers}))
    substitute = account(office, tenure.leader.code, "the-substitute")
    sweep(office)
    assert states(office) == {"asked": 1, "declined": 1}
    with scope.county(office.county):
        substitutions.accept(substitution=row, county=office.county, by=substitute, at=AT)
        substitutions.settle(substitution=row, **who)
    sweep(office)
    with scope.county(office.county):
        rows = set(Answer.objects.filter(sitting=answer.sitting).values_list("leader__code", "state"))
        entry = Entry.objects.get(act="substitution.accept")
    assert rows == {(answer.leader.code, "lapsed"), (tenure.leader.code, "asked")}
    assert (entry.actor, entry.acting_for) == ("the-substitute", "")


def test_a_substitute_who_declines_sends_the_request_on(office):
    answer = asked(office)
    with scope.county(office.county):
        who = {"county": office.county, "by": office.clerk, "at": AT}
        row = answers.decline(answer=answer, reason="leave", **who)
        _candidate, tenure = substitutions.ranked(sitting(office))[0]
        substitutions.propose(substitution=row, post=tenure.post, leader=tenure.leader, coordinators="科长", **who)
    substitute = account(office, tenure.leader.code, "the-substitute")
    outsider = account(office, "L1" if tenure.leader.code != "L1" else "L2", "outsider")
    with scope.county(office.county):
        with pytest.raises(Forbidden):
            substitutions.decline(substitution=row, county=office.county, by=outsider, at=AT)
        substitutions.decline(substitution=row, county=office.county, by=substitute, at=AT)
        assert sorted(Substitution.objects.values_list("state", flat=True)) == ["declined", "requested"]


def test_a_withdrawn_substitution_without_an_absence_asks_again(office):
    answer = asked(office)
    with scope.county(office.county):
        who = {"county": office.county, "by": office.clerk, "at": AT}
        row = answers.decline(answer=answer, reason="leave", **who)
        again = substitutions.withdraw(substitution=row, reason="可以出席", **who)
    sweep(office)
    assert states(office) == {"asked": 1, "declined": 1}
    with scope.county(office.county):
        absences.remove(absence=Absence.objects.get(), **who)
        substitutions.withdraw(substitution=again, reason="可以出席", **who)
    sweep(office)
    assert states(office) == {"asked": 2, "lapsed": 1}


def test_silence_is_told_on_at_three_days_and_at_one(office):
    answer = asked(office)
    party = builders.user("party", office.county, Role.PARTY_OFFICE)
    government = builders.user("government", office.county, Role.GOVERNMENT_OFFICE)
    side = sitting(office).post.side
    with scope.county(office.county):
        Answer.objects.exclude(pk=answer.pk).delete()
        Sitting.objects.filter(day__day=DAY).exclude(pk=answer.sitting_id).delete()
    told = []
    for left in (4, 3, 2, 1, 0):
        sweep(office, AT + timedelta(days=5 - left))
        told.append(sum(said(office).values()))
    assert told == [0, 2, 2, 5, 5]
    right = party if side == "party" else government
    assert said(office) == {
        ("answer_missing", "chenghe-clerk"): 2,
        ("answer_missing", "chenghe-chief"): 2,
        ("answer_missing", right.username): 1,
    }


@pytest.mark.parametrize("seed", range(3))
def test_hourly_sweeps_over_ten_days_say_each_thing_once(office, seed):
    """Answers come at random moments; whatever happens, one current answer for each who receives, and no message twice."""
    chance = random.Random(seed)
    people = {code: account(office, code, f"leader-{code}") for code in ("L1", "L2", "L3", "L4", "L5", "L6")}
    start = AT - timedelta(days=3)
    for hour in range(240):
        at = start + timedelta(hours=hour)
        sweep(office, at)
        with scope.county(office.county):
            waiting = list(Answer.objects.unanswered(on=at.astimezone(office.county.zone).date()).select_related("leader"))
        if waiting and chance.random() < 0.02:
            answer = chance.choice(waiting)
            more = {"reason": "leave"} if chance.random() < 0.5 else {}
            do("decline" if more else "accept", office, people[answer.leader.code], at=at, answer=answer, **more)
    with scope.county(office.county):
        rows = list(Answer.objects.all())
        sent = list(Message.objects.filter(kind__startswith="answer").values_list("kind", "recipient", "facts"))
        acts = Counter(Entry.objects.filter(act__startswith="answer.tell").values_list("act", "object"))
        asks = Counter(Entry.objects.filter(act="answer.ask").values_list("object", flat=True))
        assert list(journal.faults()) == []
    assert len(rows) == len({(row.sitting_id, row.leader_id, row.day) for row in rows}) == 2
    assert len(sent) == len({(kind, to, str(sorted(facts.items()))) for kind, to, facts in sent})
    assert set(acts.values()) <= {1}
    assert set(asks.values()) == {1}
    silent = [row for row in rows if row.state == "asked"]
    assert all(row.bureau_told_at and row.office_told_at for row in silent)


def link(office, answer):
    with scope.county(office.county):
        return asking.token(Answer.objects.get(pk=answer.pk))


def test_the_link_acts_for_the_leader_in_their_own_name(office):
    answer = asked(office)
    person = account(office, answer.leader.code)
    answers.accept_by_link(token=link(office, answer), county=office.county, at=AT)
    with scope.county(office.county):
        row = Answer.objects.select_related("answered_by").get(pk=answer.pk)
    assert (row.state, row.answered_by, row.acting_for, row.way) == ("accepted", person, "", "link")


def test_without_an_account_the_system_acts_for_the_leader(office):
    answer = asked(office)
    answers.decline_by_link(token=link(office, answer), reason="illness", county=office.county, at=AT)
    with scope.county(office.county):
        row = Answer.objects.select_related("answered_by").get(pk=answer.pk)
        assert Substitution.objects.get().reason == "illness"
    assert (row.state, row.answered_by.username, row.acting_for) == ("declined", "system", f"leader {answer.leader.code}")


def test_a_link_works_once(office):
    answer = asked(office)
    text = link(office, answer)
    answers.accept_by_link(token=text, county=office.county, at=AT)
    with pytest.raises(MovedOn, match="已经用过"):
        answers.decline_by_link(token=text, reason="leave", county=office.county, at=AT)
    assert states(office) == {"asked": 1, "accepted": 1}


def test_a_link_that_was_tampered_with_is_unknown(office):
    answer, other = asked(office), asked(office, "R1")
    text, stranger = link(office, answer), link(office, other)
    flipped = text[:-2] + ("A" if text[-2] != "A" else "B") + text[-1]
    for wrong in (flipped, text[:-1], text + "A", text[:22], stranger[:22] + text[22:], "", "é" * 65):
        with pytest.raises(MovedOn, match="无效"):
            answers.accept_by_link(token=wrong, county=office.county, at=AT)
    assert states(office) == {"asked": 2}


def test_another_countys_link_is_unknown_here(office):
    answer = asked(office)
    other = builders.bureau("linhe")
    with pytest.raises(MovedOn, match="无效"):
        answers.accept_by_link(token=link(office, answer), county=other.county, at=AT)


def test_the_token_is_stored_nowhere(office):
    answer = asked(office)
    account(office, answer.leader.code)
    sweep(office)
    text = link(office, answer)
    with scope.county(office.county):
        kept = str(list(Answer.objects.values())) + str(list(Message.objects.values())) + str(list(Entry.objects.values()))
    assert text[22:] not in kept
