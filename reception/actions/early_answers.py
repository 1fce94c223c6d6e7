"""An answer before the day: written by the department, its words checked by the bureau, decided on by the citizen.

Source: features N5, after Changchun's practice (392 of 739 matters answered before the day). The place is given up by the citizen's
yes and by nothing else.
"""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from reception.actions import booking_steps, bookings, journal, places
from reception.actions.permissions import require
from reception.actions.whole import whole
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Booking, County, Department, EarlyAnswer, EarlyAnswerState, RoleGrant, User
from reception.roles import permits
from reception.workflows.booking import WORKFLOW as BOOKING
from reception.workflows.early_answer import NOTHING, SHOWN, WORKFLOW

LONGEST = 2000


def shown(booking: Booking) -> EarlyAnswer | None:
    """The answer the citizen sees: one that waits for them, or the one they decided on. A booking that moved brings it along."""
    row: Booking | None = booking
    while row is not None:
        found = row.early_answers.filter(state__in=SHOWN).select_related("department").order_by("-version").first()
        if found:
            return found
        row = Booking.objects.filter(moved_to=row).first()
    return None


def undecided(answer: EarlyAnswer | None) -> bool:
    """Whether the citizen can still take it or keep the place: what the two buttons of the tracking page hang on."""
    if answer is None or answer.state != EarlyAnswerState.APPROVED:
        return False
    return BOOKING.allows("answer_early", state=_now(answer.booking).state)


def answerers(booking: Booking, user: User, *, on: date) -> list[Department]:
    """In whose name a person may answer: officers for their own unit, the bureau for any; never the unit complained of or one under it."""
    roles = user.roles(on=on)
    if not permits(roles, "early_answer.write"):
        return []
    found = Department.objects.all()
    if not permits(roles, "booking.manage"):
        found = found.filter(pk__in=RoleGrant.objects.units_of(user, on=on))
    accused = booking.accused_department_id
    return [unit for unit in found if accused is None or accused not in (unit.pk, unit.superior_id)]


@whole
def write(
    *, booking: Booking, text: str, department: Department, contact: str, county: County, by: User, at: datetime
) -> EarlyAnswer:
    """A new version; those before it are superseded. Raises `Refused` once the day has begun or the citizen has decided."""
    require("early_answer.write", county=county, by=by, at=at)
    row, on = booking_steps.locked(booking), at.astimezone(county.zone).date()
    if not Booking.objects.visible_to(by, on=on).filter(pk=row.pk).exists() or department not in answerers(row, by, on=on):
        raise Forbidden(_("这件事不能以这个单位的名义答复：不属于该单位，或来访人反映的就是该单位。"))
    if not text.strip() or not contact.strip():
        raise Refused(_("请写明答复内容，以及联系人和电话。"))
    if len(text) > LONGEST:
        raise Refused(_("答复最多 %(most)d 字。") % {"most": LONGEST})
    if not BOOKING.allows("answer_early", state=row.state) or row.day <= on:
        raise MovedOn(_("提前答复须在接访日之前，并且来访人仍在等候接访。请在接访时当面答复。"))
    last = row.early_answers.order_by("-version").first()
    _possible("write", last)
    for old in row.early_answers.filter(state__in=WORKFLOW.transition("supersede").before):
        old.state = EarlyAnswerState.SUPERSEDED
        old.save(update_fields=["state"])
    answer = EarlyAnswer(
        booking=row,
        version=last.version + 1 if last else 1,
        text=text.strip(),
        department=department,
        contact=contact.strip(),
        by=by,
        at=at,
    )
    answer.save(force_insert=True)
    _tell("write", answer, by, at, facts={"version": answer.version, "department": department.code})
    return answer


@whole
def approve(*, answer: EarlyAnswer, county: County, by: User, at: datetime) -> EarlyAnswer:
    """The bureau has checked the words; the citizen sees it from now on. Nobody approves what they wrote themselves."""
    row = _checkable("approve", answer, county, by, at)
    if row.by_id == by.pk:
        raise Refused(_("自己拟的答复不能自己核对，请另一位同事核对。"))
    if not BOOKING.allows("answer_early", state=row.booking.state):
        raise MovedOn(_("这个预约现在是“%(state)s”，不用再提前答复。") % {"state": row.booking.get_state_display()})
    row.state, row.checked_by, row.checked_at = EarlyAnswerState.APPROVED, by, at
    row.save(update_fields=["state", "checked_by", "checked_at"])
    _tell("approve", row, by, at)
    return row


@whole
def send_back(*, answer: EarlyAnswer, reason: str, county: County, by: User, at: datetime) -> EarlyAnswer:
    """Back to whoever wrote it, with what is to be mended. Raises `Refused` without a reason."""
    row = _checkable("send_back", answer, county, by, at)
    if not reason.strip():
        raise Refused(_("请写明退回修改的原因。"))
    row.state, row.checked_by, row.checked_at = EarlyAnswerState.SENT_BACK, by, at
    row.sent_back_reason = reason.strip()[:300]
    row.save(update_fields=["state", "checked_by", "checked_at", "sent_back_reason"])
    _tell("send_back", row, by, at, reason=row.sent_back_reason)
    return row


@whole
def accept(*, answer: EarlyAnswer, county: County, by: User, at: datetime) -> EarlyAnswer:
    """The citizen takes the answer: the visit is off, and whoever waits longest gets the place. Asked twice, it is one yes."""
    row = _locked(answer)
    booking = booking_steps.locked(_now(row.booking))
    if row.state == EarlyAnswerState.ACCEPTED:
        return row
    _possible("accept", row)
    bookings.change(booking, "answer_early", county=county, by=by, at=at)
    row.state, row.decided_at = EarlyAnswerState.ACCEPTED, at
    row.save(update_fields=["state", "decided_at"])
    _tell("accept", row, by, at)
    places.give_back(booking=booking)
    bookings.promote(sitting=booking.sitting, county=county, at=at)
    return row


@whole
def keep(*, answer: EarlyAnswer, county: County, by: User, at: datetime) -> EarlyAnswer:
    """The citizen comes all the same; the place stays as it was."""
    require("booking.own", county=county, by=by, at=at)
    row = _locked(answer)
    if row.state == EarlyAnswerState.KEPT:
        return row
    _possible("keep", row)
    row.state, row.decided_at = EarlyAnswerState.KEPT, at
    row.save(update_fields=["state", "decided_at"])
    _tell("keep", row, by, at)
    return row


def _checkable(action: str, answer: EarlyAnswer, county: County, by: User, at: datetime) -> EarlyAnswer:
    require("early_answer.approve", county=county, by=by, at=at)
    row = _locked(answer)
    on = at.astimezone(county.zone).date()
    if not Booking.objects.visible_to(by, on=on).filter(pk=row.booking_id).exists():
        raise Forbidden(_("来访人反映的事与您有关，请由他人办理。"))
    _possible(action, row)
    return row


def _now(booking: Booking) -> Booking:
    """The booking as it stands after every move."""
    row = booking
    while row.moved_to is not None:
        row = row.moved_to
    return row


def _locked(answer: EarlyAnswer) -> EarlyAnswer:
    # The booking first, as everywhere: two who decide at once wait for each other instead of for ever.
    booking_steps.locked(answer.booking)
    found: EarlyAnswer = EarlyAnswer.objects.select_for_update(of=("self",)).select_related("booking").get(pk=answer.pk)
    return found


def _possible(action: str, answer: EarlyAnswer | None) -> None:
    if not WORKFLOW.allows(action, state=answer.state if answer else NOTHING):
        assert answer is not None
        raise MovedOn(
            _("这份提前答复现在是“%(state)s”，不能再这样处理。请刷新页面查看最新情况。") % {"state": answer.get_state_display()}
        )


def _tell(verb: str, answer: EarlyAnswer, by: User, at: datetime, *, reason: str = "", facts: dict[str, Any] | None = None) -> None:
    said = {"version": answer.version, **(facts or {})}
    journal.record(act=f"early_answer.{verb}", object=f"booking {answer.booking.number}", by=by, at=at, reason=reason, facts=said)
