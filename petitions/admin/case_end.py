"""The last part of a case's page: late requests, opinions and how they arrived, reviews, supervision, ratings."""

from typing import Any

from petitions.actions import closing
from petitions.models import Case, ProposalState
from petitions.workflow import Status


def parts(case: Case) -> dict[str, Any]:
    """What the template shows of the file of a case (`casefile.opened`); while it is delivered, what is missing to close it."""
    return {
        "late": [row for row in case.proposals.all() if row.state == ProposalState.WAITING and "text" in row.facts],
        "opinions": case.opinions.all(),
        "reviews": case.reviews.all(),
        "supervisions": case.supervisions.all(),
        "ratings": case.ratings.all(),
        "missing": closing.missing(closing.standing(case)) if case.status == Status.DELIVERED else [],
    }
