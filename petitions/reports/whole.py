"""The whole report, in the order of the yearly one."""

from collections.abc import Callable
from datetime import date

from petitions.models import Case
from petitions.reports import bodies, coming, going, receiving
from petitions.reports.shape import Asked, Table
from reception.models import County, User
from reception.roles import permits
from scheduling.periods import Period

CASES = (
    coming.by_month,
    coming.by_way,
    coming.by_kind,
    coming.by_topic,
    coming.by_state,
    going.steps,
    going.periods,
    bodies.by_unit,
    going.reviews,
    going.ratings,
    going.supervision,
    bodies.complained_of,
)
# Of the county as a whole: for whoever reads the roster's tables.
RECEPTIONS = (receiving.by_leader, receiving.by_way)


def of(user: User) -> tuple[Callable[[Asked], Table], ...]:
    """The tables a person reads, in order; the account was loaded with its roles."""
    return CASES + (RECEPTIONS if permits(user.held, "roster.view") else ())


def tables(*, user: User, county: County, period: Period, on: date) -> list[Table]:
    """Every table of a period, of what the reader may see on a day; the county is in scope. Tables without a row are left out."""
    asked = Asked(Case.objects.visible_to(user, on=on), county, period, on)
    return [table for table in (one(asked) for one in of(user)) if table.rows]
