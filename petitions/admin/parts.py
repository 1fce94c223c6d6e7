"""What the page of a case shows besides its matter and clocks: units, objections, earlier cases, what waits to be signed, files."""

from datetime import date
from typing import Any

from django.db.models import Prefetch

from petitions import words
from petitions.actions import materials, repeats
from petitions.models import Case, Material, Progress, Proposal, Recusal, Referral, Representative
from petitions.workflow import Status
from reception.models import County, User
from reception.roles import permits

# While the bureau still looks at it.
OPEN = (Status.REGISTERED, Status.UNDER_SCREENING)


def fetched() -> list[Prefetch]:
    """What is fetched with the case, in one query each."""
    told = Progress.objects.select_related("by").order_by("at", "pk")
    rows = Referral.objects.select_related("department", "handler", "instructed_by")
    rows = rows.select_related("objection__superior", "objection__suggests", "objection__decided_by")
    return [
        Prefetch("referrals", rows.order_by("-round", "-is_lead", "pk").prefetch_related(Prefetch("progress", told))),
        Prefetch("recusals", Recusal.objects.select_related("user").order_by("at")),
        Prefetch("representatives", Representative.objects.select_related("identity").order_by("position")),
        Prefetch("materials", Material.objects.select_related("added_by").order_by("kept_at", "pk")),
        Prefetch("proposals", Proposal.objects.select_related("asked_by", "decided_by").order_by("asked_at", "pk")),
    ]


def of(case: Case, *, user: User, county: County, on: date) -> dict[str, Any]:
    """The context of the parts of a case's page, for someone who may see the case, which comes as `fetched` says."""
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
