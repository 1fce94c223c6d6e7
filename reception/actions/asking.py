"""Ask every leader who receives whether they come, in time; and tell others when they stay silent.

Both are sweeps: they may run at any moment, any number of times, and say each thing once.
"""

import base64
import hmac
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from reception import scope
from reception.actions import decrees, journal, messages
from reception.actions.candidates import receiving
from reception.actions.permissions import require
from reception.actions.planning import lock
from reception.actions.substitution_steps import OFFICES
from reception.errors import MovedOn
from reception.models import (
    Absence,
    Answer,
    AnswerState,
    County,
    DayState,
    Leader,
    RoleGrant,
    Side,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    User,
    Way,
)
from reception.roles import Role
from reception.workflows.answer import ANSWER
from reception.workflows.substitution import UNDER_WAY

BUREAU = (Role.CLERK, Role.COORDINATOR, Role.CHIEF)
NONCE = 22


def token(answer: Answer) -> str:
    """The secret of an answer's link: its nonce, and what only this portal can derive from it. It is never stored."""
    mac = salted_hmac("reception.answer", f"{answer.county_id}:{answer.nonce}", algorithm="sha256").digest()
    return answer.nonce + base64.urlsafe_b64encode(mac).decode().rstrip("=")


def find(text: str) -> Answer | None:
    """The answer of the county in scope that a link belongs to, whatever its state; None for a link that was not made here."""
    rows = Answer.objects.select_related("sitting__day", "sitting__place", "sitting__post", "sitting__leader", "leader__user")
    answer: Answer | None = rows.filter(nonce=text[:NONCE]).first()
    return answer if answer and hmac.compare_digest(token(answer).encode(), text.encode()) else None


def ask_due(*, county: County, by: User, at: datetime) -> list[Answer]:
    """Ask the leader of every published sitting that comes within the county's days, and let lapse what is asked in vain.

    Asked anew are: a substitute in force, the leader of a day that was moved, and a leader who declined and then receives after all
    (the substitution was withdrawn, and no absence covers the day). Gives the answers it made.
    """
    with scope.county(county):
        require("sitting.ask", county=county, by=by, at=at)
        lock(county)
        today = at.astimezone(county.zone).date()
        until = today + timedelta(days=county.tell_leaders_days_before)
        coming = list(
            Sitting.objects.filter(
                state=SittingState.PUBLISHED, day__state=DayState.PUBLISHED, day__day__gte=today, day__day__lte=until
            )
            .select_related("day", "leader", "post", "place")
            .order_by("day__day", "pk")
        )
        known = list(Answer.objects.current().filter(day__gte=today).select_related("sitting__day", "sitting__leader", "leader"))
        if not coming and not known:
            return []
        under_way = set(Substitution.objects.filter(sitting__in=coming, state__in=UNDER_WAY).values_list("sitting", flat=True))
        due = receiving(coming)
        _lapse(known, due, under_way, by, at)
        there = {(answer.sitting_id, answer.leader_id, answer.day) for answer in known if answer.state != AnswerState.LAPSED}
        made = []
        for sitting in coming:
            leader = due[sitting.pk]
            if sitting.pk not in under_way and (sitting.pk, leader.pk, sitting.day.day) not in there:
                answer, new = Answer.objects.current().get_or_create(
                    sitting=sitting, leader=leader, day=sitting.day.day, defaults={"asked_at": at}
                )
                if new:
                    facts = {"sitting": str(sitting.uid), "leader": leader.code, "day": str(answer.day)}
                    journal.record(act="answer.ask", object=f"answer {answer.pk}", by=by, at=at, facts=facts)
                    made.append(answer)
        for answer in Answer.objects.unanswered(on=today).filter(told_at=None).select_related("leader__user"):
            _ask(answer, today, at)
        return made


def _lapse(known: list[Answer], due: dict[int, Leader], under_way: set[int], by: User, at: datetime) -> None:
    others = [answer.sitting for answer in known if answer.sitting_id not in due]
    receives = due | (receiving(others) if others else {})
    for answer in known:
        sitting = answer.sitting
        stands = sitting.state == SittingState.PUBLISHED and sitting.day.state == DayState.PUBLISHED
        still = stands and sitting.day.day == answer.day and receives[sitting.pk].pk == answer.leader_id
        if answer.state == AnswerState.DECLINED:
            away = Absence.objects.filter(leader=answer.leader_id).on(answer.day).exists()
            over = not still or not (sitting.pk in under_way or away or _under_way(sitting))
        else:
            over = not still
        if over:
            answer.state = ANSWER.transition("lapse").after
            answer.save()
            journal.record(act="answer.lapse", object=f"answer {answer.pk}", by=by, at=at)


def _under_way(sitting: Sitting) -> bool:
    return bool(Substitution.objects.filter(sitting=sitting, state__in=UNDER_WAY).exists())


def _ask(answer: Answer, today: date, at: datetime) -> None:
    """Tell the leader (with the link) and their secretaries (who sign in), if they can be told at all."""
    people = reachable(answer.leader, on=today)
    for person in people:
        kind = "answer_asked" if person.pk == answer.leader.user_id else "answer_asked_secretary"
        messages.queue(kind=kind, cause=f"answer {answer.pk}", to=person, due_at=at, facts={"answer": answer.pk}, once=True)
    if people:
        answer.told_at = at
        answer.save()


def reachable(leader: Leader, *, on: date) -> list[User]:
    """Who can be told for a leader: the leader's own account and their secretaries', where there is an address."""
    grants = (
        RoleGrant.objects.filter(role=Role.SECRETARY.value, leader=leader).on(on).select_related("user").order_by("user__username")
    )
    people = [leader.user] if leader.user else []
    people += [grant.user for grant in grants if grant.user.pk != leader.user_id]
    return [person for person in people if person.is_active and person.email]


def escalate_due(*, county: County, by: User, at: datetime) -> int:
    """Tell the bureau, and nearer the day the office of the post's side as well, of each leader who has not answered: each once.

    Gives how many steps were taken. The days are the county's (3 and 1).
    """
    taken = 0
    with scope.county(county):
        require("sitting.ask", county=county, by=by, at=at)
        lock(county)
        today = at.astimezone(county.zone).date()
        rows = Answer.objects.unanswered(on=today).select_related("sitting__day", "sitting__post", "leader")
        for answer in rows:
            left, before = (answer.day - today).days, taken
            if left <= county.tell_bureau_days_before and answer.bureau_told_at is None:
                _escalate(answer, "bureau", BUREAU, today, by, at)
                answer.bureau_told_at = at
                taken += 1
            if left <= county.tell_office_days_before and answer.office_told_at is None:
                _escalate(answer, "office", (OFFICES[_side(answer)], *BUREAU), today, by, at)
                answer.office_told_at = at
                taken += 1
            if taken > before:
                answer.save()
    return taken


def _side(answer: Answer) -> Side:
    """The side of the post in which the leader receives."""
    over = Substitution.objects.filter(sitting=answer.sitting, state=SubstitutionState.IN_FORCE).select_related("post").first()
    return Side(over.post.side if over and over.post else answer.sitting.post.side)


def _escalate(answer: Answer, stage: str, roles: tuple[Role, ...], today: date, by: User, at: datetime) -> None:
    people = decrees.people(roles, today)
    facts, cause = {"answer": answer.pk, "day": str(answer.day), "stage": stage}, f"answer {answer.pk} {stage}"
    messages.queue_all(kind="answer_missing", cause=cause, to=people, due_at=at, facts=facts, once=True)
    journal.record(act=f"answer.tell_{stage}", object=f"answer {answer.pk}", by=by, at=at, facts={"told": len(people)})


def locked(answer: Answer, county: County, action: str) -> Answer:
    """The answer as it is now, for this transaction alone. Raises `MovedOn`, saying how things stand."""
    lock(county)
    rows = Answer.objects.select_related("sitting__day", "sitting__leader", "sitting__post", "leader__user")
    now: Answer = rows.get(pk=answer.pk)
    if not ANSWER.allows(action, state=now.state):
        raise MovedOn(_("这一场的答复现在是“%(state)s”，不能再这样处理。") % {"state": now.get_state_display()})
    return now


def given(row: Answer, action: str, *, way: Way, by: User, at: datetime, acting_for: str, reason: str = "") -> None:
    """Write down an answer that was given, and in the journal by whom and for whom."""
    said: dict[str, Any] = {"way": str(way)} | ({"reason": reason} if reason else {})
    row.state, row.way, row.reason = ANSWER.transition(action).after, way, reason
    row.answered_at, row.answered_by, row.acting_for = at, by, acting_for
    row.save()
    journal.record(act=f"answer.{action}", object=f"answer {row.pk}", by=by, at=at, acting_for=acting_for, facts=said)
