"""What time alone brings about in a county: leaders asked, silence told on, departments told."""

from datetime import datetime

from reception.actions import asking, attendance
from reception.models import County, User


def remind(*, county: County, by: User, at: datetime) -> tuple[int, int, int]:
    """Everything that is due at a moment; how many leaders were asked, steps escalated, departments told. Again is nothing more."""
    asked = asking.ask_due(county=county, by=by, at=at)
    return len(asked), asking.escalate_due(county=county, by=by, at=at), attendance.tell_due(county=county, by=by, at=at)
