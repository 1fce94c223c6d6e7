"""What time alone brings about in a county, by whoever looks: a worker, ``run_messages``, or a person who lets a restored county go.

Each piece of work is called with the county, `by` and `at`, opens the county itself, and does nothing more when it is done again. The
room above adds its own when it is loaded.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from reception import scope
from reception.actions import asking, attendance, decrees, drafts, eves, looks, substitution_sweeps, uploads
from reception.models import County, User

Work = Callable[..., object]


def within(work: Work) -> Work:
    """The same in the county's scope, as one transaction."""

    @wraps(work)
    def inside(*, county: County, by: User, at: datetime) -> object:
        with scope.county(county):
            return work(county=county, by=by, at=at)

    return inside


def remind(*, county: County, by: User, at: datetime) -> tuple[int, int, int]:
    """Everything that is due at a moment; how many leaders were asked, steps escalated, departments told. Again is nothing more."""
    asked = asking.ask_due(county=county, by=by, at=at)
    eves.tell_leaders(county=county, by=by, at=at)
    eves.tell_bureau(county=county, by=by, at=at)
    return len(asked), asking.escalate_due(county=county, by=by, at=at), attendance.tell_due(county=county, by=by, at=at)


# What people are asked, told or shown.
DUE: list[Work] = [
    remind,
    within(substitution_sweeps.lapse_due),
    within(substitution_sweeps.escalate_due),
    lambda county, at, **_: decrees.ask(county=county, at=at),
    looks.tell_of_many,
]
# What somebody waits for at a page.
WAITED_FOR: list[Work] = []
# Forms that were not finished, whose places go to those who wait; files that belong to nothing.
PUT_AWAY: list[Work] = [within(drafts.sweep), within(lambda county, at, **_: uploads.sweep(county=county, at=at))]
# What takes its time, from two to four in the county's night.
AT_NIGHT: list[Work] = []
NIGHT = range(2, 4)


def all_due(*, county: County, by: User, at: datetime) -> None:
    """Whatever people are to be asked, told or shown by a moment, of both rooms; what goes wrong in one ends it."""
    for work in DUE:
        work(county=county, by=by, at=at)


def now_and_then(*, county: County, at: datetime) -> list[Work]:
    """The work of a round that goes every few minutes."""
    is_night = at.astimezone(county.zone).hour in NIGHT
    return [*DUE, *PUT_AWAY, *(AT_NIGHT if is_night else ())]
