"""Once through every county: find what should be said, and send what is due. What goes wrong in one county stops no other."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import structlog

from reception import clock, sending, sessions
from reception.actions import deriving, sweeps
from reception.models import County, User

T = TypeVar("T")
log = structlog.get_logger(__name__)


def once(*, is_sweeping: bool = True, is_settling: bool = False, is_stopping: Callable[[], bool] = sending.never) -> int:
    """Serve every county in turn; how many messages were sent. Raises the database's error only where the database is away.

    A round that sweeps also makes what somebody waits for; one that settles does first whatever else time alone brings about.
    """
    sent = 0
    for county in County.objects.all():
        if is_stopping():
            break
        sent += _served(county, is_sweeping, is_settling, is_stopping)
    if is_settling:
        _unless_away(lambda: sessions.forget(at=clock.now()), "sessions")
    return sent


def _served(county: County, is_sweeping: bool, is_settling: bool, is_stopping: Callable[[], bool]) -> int:
    """A sweep that fails keeps nothing from being sent that is in the outbox already, and no other work from being done."""
    system = User.objects.system()

    def do(works: list[sweeps.Work]) -> None:
        for work in works:
            _unless_away(partial(work, county=county, by=system, at=clock.now()), county.slug)

    if is_settling:
        do(sweeps.now_and_then(county=county, at=clock.now()))
    if is_sweeping:
        do([deriving.sweep])
    sent = _unless_away(lambda: sending.send_due(county, now=clock.now, is_stopping=is_stopping), county.slug) or 0
    if is_sweeping:
        do(sweeps.WAITED_FOR)
    return sent


def _unless_away(step: Callable[[], T], whose: str) -> T | None:
    """What a step gives; None where it failed for reasons of its own. Raises the database's error where the database is away."""
    try:
        return step()
    except Exception as error:
        if sending.is_away(error):
            raise
        log.exception("county not served", county=whose)
        return None
