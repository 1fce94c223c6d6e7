"""Once through every county: find what should be said, and send what is due. What goes wrong in one county stops no other."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from reception import clock, sending
from reception.actions import deriving, sweeps
from reception.models import County, User

T = TypeVar("T")
log = structlog.get_logger(__name__)


def once(*, is_sweeping: bool = True, is_settling: bool = False, is_stopping: Callable[[], bool] = sending.never) -> int:
    """Serve every county in turn; how many messages were sent. Raises the database's error only where the database is away."""
    sent = 0
    for county in County.objects.all():
        if is_stopping():
            break
        sent += _served(county, is_sweeping, is_settling, is_stopping)
    return sent


def _served(county: County, is_sweeping: bool, is_settling: bool, is_stopping: Callable[[], bool]) -> int:
    """A sweep that fails keeps nothing from being sent that is in the outbox already."""
    system = User.objects.system()
    steps: list[Callable[[], Any]] = []
    if is_settling:
        steps.append(lambda: sweeps.all_due(county=county, by=system, at=clock.now()))
    if is_sweeping:
        steps.append(lambda: deriving.sweep(county=county, by=system, at=clock.now()))
    for step in steps:
        _unless_away(step, county)
    return _unless_away(lambda: sending.send_due(county, now=clock.now, is_stopping=is_stopping), county) or 0


def _unless_away(step: Callable[[], T], county: County) -> T | None:
    """What a step gives; None where it failed for reasons of its own. Raises the database's error where the database is away."""
    try:
        return step()
    except Exception as error:
        if sending.is_away(error):
            raise
        log.exception("county not served", county=county.slug)
        return None
