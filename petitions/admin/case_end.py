"""The last part of a case's page: late requests, opinions and how they arrived, reviews, supervision, ratings."""

from typing import Any

from petitions.actions import closing
from petitions.models import Case, ProposalState
from petitions.workflow import Status

# Fetched with the case, in one query each.
FETCHED = (
    "opinions__answers",
    "opinions__document__delivery",
    "opinions__drafted_by",
    "opinions__referral__department",
    "reviews",
    "supervisions__department",
    "ratings__department",
)


def parts(case: Case) -> dict[str, Any]:
    """What the template shows of a case that was fetched with `FETCHED`; while it is delivered, what is missing to close it."""
    return {
        "late": [row for row in case.proposals.all() if row.state == ProposalState.WAITING and "text" in row.facts],
        "opinions": sorted(case.opinions.all(), key=lambda row: -row.version),
        "reviews": case.reviews.all(),
        "supervisions": case.supervisions.all(),
        "ratings": case.ratings.all(),
        "missing": closing.missing(closing.standing(case)) if case.status == Status.DELIVERED else [],
    }
