"""What time alone brings about in a county: leaders asked, silence told on, departments told, substitutions settled, decrees asked for."""

from collections.abc import Callable
from datetime import datetime

from reception import scope
from reception.actions import asking, attendance, decrees, eves, substitution_sweeps
from reception.models import County, User

# What else time brings about. The room above adds its own when it is loaded.
ALSO: list[Callable[..., object]] = []


def remind(*, county: County, by: User, at: datetime) -> tuple[int, int, int]:
    """Everything that is due at a moment; how many leaders were asked, steps escalated, departments told. Again is nothing more."""
    asked = asking.ask_due(county=county, by=by, at=at)
    eves.tell_leaders(county=county, by=by, at=at)
    eves.tell_bureau(county=county, by=by, at=at)
    return len(asked), asking.escalate_due(county=county, by=by, at=at), attendance.tell_due(county=county, by=by, at=at)


def all_due(*, county: County, by: User, at: datetime) -> None:
    """Whatever the clock asks for in a county, of both rooms. Again is nothing more, so it may run at any time and any number of times."""
    remind(county=county, by=by, at=at)
    with scope.county(county):
        substitution_sweeps.lapse_due(county=county, by=by, at=at)
        substitution_sweeps.escalate_due(county=county, by=by, at=at)
    decrees.ask(county=county, at=at)
    for one in ALSO:
        with scope.county(county):
            one(county=county, by=by, at=at)
