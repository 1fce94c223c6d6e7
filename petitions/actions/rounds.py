"""A further round of handling by the same units: after an opinion was set aside, or a closed case was reopened.

The referrals of the round before stay as they were; the clocks that ran then stay stopped, so the whole history can be counted.
"""

from datetime import date

from petitions.models import Case, CaseStep, Referral, ReferralState
from petitions.models.referrals import LIVE

# One that returned or refused it does not get it again by this. One that assists and had not taken its part yet does, closed or not:
# closing only ends what it owed.
AGAIN = (ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.DONE)


def again(*, case: Case, step: CaseStep, on: date, due_on: date | None = None) -> list[Referral]:
    """Refer the case to the same units for its new round, `case.round`, which they have from the day `on`; gives the lead's first.

    With `due_on`, as an assigned task with a last day. They need not accept it anew.
    """
    before = Referral.objects.filter(case=case, round=case.round - 1)
    made = [
        Referral.objects.create(
            case=case,
            step=step,
            round=case.round,
            department_id=row.department_id,
            is_lead=row.is_lead,
            is_assigned=due_on is not None,
            deliverable=row.deliverable,
            instruction=row.instruction,
            instructed_by_id=row.instructed_by_id,
            received_on=on,
            due_on=due_on,
            state=ReferralState.ACCEPTED,
            handler_id=row.handler_id,
        )
        for row in before.filter(state__in=AGAIN).order_by("-is_lead", "pk")
    ]
    before.filter(state__in=LIVE).update(state=ReferralState.DONE)
    return made


def finish(case: Case) -> None:
    """The units of this round owe nothing more."""
    Referral.objects.filter(case=case, round=case.round, state__in=LIVE).update(state=ReferralState.DONE)
