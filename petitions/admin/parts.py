"""What the page of a case shows besides its matter and clocks: units, objections, earlier cases, what waits to be signed, files."""

from datetime import date
from typing import Any

from petitions import words
from petitions.actions import materials, repeats
from petitions.models import Case
from petitions.workflow import Status
from reception.models import County, User
from reception.roles import permits

# While the bureau still looks at it.
OPEN = (Status.REGISTERED, Status.UNDER_SCREENING)


def of(case: Case, *, user: User, county: County, on: date) -> dict[str, Any]:
    """The context of the parts of a case's page, for someone who may see the case, whose file is open (`casefile.opened`)."""
    screens = permits(user.held, "case.screen")
    looks = screens and (case.status in OPEN or case.repeats_id is not None)
    return {
        "referrals": [
            {"row": row, "objection": getattr(row, "objection", None), "progress": row.progress.all()}
            for row in case.referrals.all()
        ],
        "proposals": [{"row": row, "words": words.done(row.action)} for row in case.proposals.all()],
        "earlier": repeats.proposed(case=case, user=user, on=on) if looks else [],
        "recusals": case.recusals.all(),
        "representatives": len(case.representatives.all()),
        "materials": materials.named(case.materials.all(), county=county),
    }
