"""Where public pages are read: on a replica (REPLICA_DATABASE_URL) that has come as far as the edition asked for, else in the database.

Which edition is the newest is always the database's word, so a replica that lags makes no page old; while the database is down, it
goes on with what it has.
"""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections

from reception import scope
from reception.editions import Unavailable

T = TypeVar("T")
REPLICA = "replica"
GONE = (DatabaseError, InterfaceError)
# A replica that did not answer is left alone for so many seconds: connecting to a machine that is away takes five.
REST = 10.0


class Places:
    """The databases of one portal that a public page can be read in. Safe to share between threads."""

    def __init__(self, watch: Callable[[], float] = monotonic) -> None:
        self._watch = watch
        self._rests_until = -REST

    def read(self, read: Callable[[], T], *, fits: Callable[[T], bool] | None = None, down: bool = False) -> T | None:
        """What `read` finds on the replica, where that fits; else in the database, unless that is `down`. None: no place answered."""
        if REPLICA in settings.DATABASES and self._watch() >= self._rests_until:
            try:
                with scope.asking(REPLICA):
                    found = read()
                if fits is None or fits(found):
                    return found
            except GONE:
                connections[REPLICA].close()
                self._rests_until = self._watch() + REST
            except (ObjectDoesNotExist, Unavailable):
                # It has not come that far.
                pass
        if down:
            return None
        try:
            return read()
        except GONE:
            connections[DEFAULT_DB_ALIAS].close()
            return None
