"""What the page of a case shows besides its matter and clocks: units, objections, earlier cases, what waits to be signed, files."""

from datetime import date
from typing import Any

from petitions import words
from petitions.actions import materials, repeats
from petitions.models import Case, Material, Proposal, Referral
from petitions.workflow import Status
from reception.models import County, User
from reception.roles import permits

# While the bureau still looks at it.
OPEN = (Status.REGISTERED, Status.UNDER_SCREENING)


def of(case: Case, *, user: User, county: County, on: date) -> dict[str, Any]:
    """The context of the parts of a case's page, for someone who may see the case."""
    rows = Referral.objects.filter(case=case).select_related("department", "handler", "instructed_by")
    rows = rows.select_related("objection__superior", "objection__suggests", "objection__decided_by")
    asked = Proposal.objects.filter(case=case).select_related("asked_by", "decided_by")
    screens = permits(user.held, "case.screen")
    looks = screens and (case.status in OPEN or case.repeats_id is not None)
    files = Material.objects.filter(case=case).select_related("added_by")
    return {
        "referrals": [
            {"row": row, "objection": getattr(row, "objection", None), "progress": row.progress.select_related("by")}
            for row in rows.order_by("-round", "-is_lead", "pk")
        ],
        "proposals": [{"row": row, "words": words.done(row.action)} for row in asked.order_by("asked_at", "pk")],
        "earlier": repeats.proposed(case=case, user=user, on=on) if looks else [],
        "recusals": case.recusals.select_related("user").order_by("at"),
        "representatives": case.representatives.count(),
        "materials": materials.named(files, county=county),
    }
