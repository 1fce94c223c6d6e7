"""A leader says that they come, or that they can't: on the desk, by the link they were sent, or through the bureau."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from reception import scope
from reception.actions import absences, asking, substitutions
from reception.actions import substitution_steps as steps
from reception.actions.permissions import own_leaders, require_for
from reception.actions.whole import whole
from reception.errors import MovedOn, Refused
from reception.models import Absence, AbsenceKind, Answer, County, DayState, SittingState, Substitution, User, Way
from reception.workflows.answer import State
from reception.workflows.substitution import UNDER_WAY

ONE_DAY = timedelta(days=1)


def accept(*, answer: Answer, county: County, by: User, at: datetime) -> Answer:
    """The leader comes. Raises `MovedOn` when this was answered already or asks in vain, `Refused` once the day is over."""
    return _accept(answer, county, by, at, None)


@whole
def decline(
    *,
    answer: Answer,
    reason: str,
    county: County,
    by: User,
    at: datetime,
    note: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Substitution | None:
    """The leader can't: an absence is recorded (that day, unless other days are given, `ends_on` excluded), and a substitute asked for.

    `reason` is the kind of reason, which is public; `note` is not. Gives the substitution that is now under way.
    """
    return _decline(answer, reason, county, by, at, None, note=note, starts_on=starts_on, ends_on=ends_on)


def accept_by_link(*, token: str, county: County, at: datetime) -> Answer:
    """Accept for whoever holds the leader's link. Raises `MovedOn` for a link that is used, outdated or unknown."""
    with scope.county(county):
        answer = _linked(token)
        return _accept(answer, county, _bearer(answer, county, at), at, Way.LINK)


@whole
def decline_by_link(*, token: str, reason: str, county: County, at: datetime) -> Substitution | None:
    """Decline that one day for whoever holds the leader's link; a link is used once, so what was accepted is not undone by it."""
    with scope.county(county):
        answer = _linked(token)
        return _decline(answer, reason, county, _bearer(answer, county, at), at, Way.LINK)


def is_open(answer: Answer, *, on: date) -> bool:
    """Whether an answer is still to be given: asked, the day not over, and the leader still the one who receives on it."""
    return bool(answer.state == State.ASKED and answer.day >= on and _still(answer))


def _linked(token: str) -> Answer:
    answer = asking.find(token)
    if answer is None:
        raise MovedOn(_("这个链接无效。"))
    if answer.answered_at is not None:
        raise MovedOn(_("这个链接已经用过，答复是“%(state)s”。") % {"state": answer.get_state_display()})
    return answer


def _bearer(answer: Answer, county: County, at: datetime) -> User:
    """In whose name the link acts: the leader's account, or the system's for a leader who has none that may answer today."""
    person = answer.leader.user
    if person and answer.leader in own_leaders(person, on=at.astimezone(county.zone).date()):
        return person
    return User.objects.system()


def _accept(answer: Answer, county: County, by: User, at: datetime, way: Way | None) -> Answer:
    acting_for = require_for(answer.leader, "sitting.answer", "sitting.answer_own", county=county, by=by, at=at)
    row = _open(answer, county, "accept", at)
    asking.given(row, "accept", way=way or _way(row, county, by, at), by=by, at=at, acting_for=acting_for)
    return row


def _decline(
    answer: Answer,
    reason: str,
    county: County,
    by: User,
    at: datetime,
    way: Way | None,
    *,
    note: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Substitution | None:
    acting_for = require_for(answer.leader, "sitting.answer", "sitting.answer_own", county=county, by=by, at=at)
    row = _open(answer, county, "decline", at)
    first, after = starts_on or row.day, ends_on or row.day + ONE_DAY
    if reason not in AbsenceKind.values:
        raise Refused(_("请选择事由。"))
    if not first <= row.day < after:
        raise Refused(_("请假的日期须包括 %(day)s 这个接访日。") % {"day": row.day})
    way = way or _way(row, county, by, at)
    if Absence.objects.filter(leader=row.leader, starts_on__lte=first, ends_on__gte=after).exists():
        asking.given(row, "decline", way=way, by=by, at=at, acting_for=acting_for, reason=reason)
    else:
        absences.record(
            leader=row.leader, starts_on=first, ends_on=after, kind=reason, county=county, by=by, at=at, note=note, way=way
        )
    under_way: Substitution | None = Substitution.objects.filter(sitting=row.sitting, state__in=UNDER_WAY).first()
    return under_way or substitutions.request(sitting=row.sitting, reason=reason, county=county, by=by, at=at)


def _open(answer: Answer, county: County, action: str, at: datetime) -> Answer:
    """The answer, for this transaction alone, when its day is still to come and the leader still receives."""
    row = asking.locked(answer, county, action)
    if row.day < at.astimezone(county.zone).date():
        raise Refused(_("%(day)s 已经过去，无需再答复。") % {"day": row.day})
    if steps.is_over(row.sitting, county=county, at=at):
        raise Refused(_("这场接访已经结束，无需再答复。"))
    if not _still(row):
        raise MovedOn(_("安排已有变化，这一场不再由这位领导接访，或已改期、取消。请查看最新安排。"))
    return row


def _still(row: Answer) -> bool:
    """Whether the sitting is on, on that day, and the leader receives."""
    sitting = row.sitting
    on = sitting.state == SittingState.PUBLISHED and sitting.day.state == DayState.PUBLISHED and sitting.day.day == row.day
    return bool(on and substitutions.receives(sitting).pk == row.leader_id)


def _way(row: Answer, county: County, by: User, at: datetime) -> Way:
    own = row.leader in own_leaders(by, on=at.astimezone(county.zone).date())
    return Way.DESK if own else Way.BUREAU
