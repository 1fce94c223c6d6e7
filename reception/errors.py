"""Refusals: an action that may not happen says why, in a sentence the reader can act on. And which errors are the database server's."""

import errno

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

# What a machine answers whose disk is full, read-only or broken, or that has no file, process or memory left: it passes, and nothing
# that was asked for is wrong.
_OF_THE_MACHINE = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.EAGAIN,
    }
)
# PostgreSQL takes no changes for the present (a full disk, a standby), or something within it broke, as a quota that was reached does. The
# driver has one class for these and for what a trigger of ours refuses, so the codes are looked at.
_READ_ONLY, _WITHIN = "25006", "XX"


class Refused(Exception):
    """The action was refused and nothing changed.

    `sentence` is shown to the person as it is, so it says what the rule is, where things stand and what can be done now.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)


class Forbidden(Refused):
    """The person has no role that permits this action."""


class MovedOn(Refused):
    """The state changed since the person looked at it (two tabs, two people)."""


class NothingNew(Refused):
    """A release that would change nothing."""


class Unrecorded(Exception):
    """The journal did not take the entry of a deed, so the deed was undone: what can't be told of is not done."""


def is_of_the_machine(failure: BaseException | None) -> bool:
    """Whether something failed, or what led to it, because the machine has no room, no file or no memory left, or can't write or read."""
    while failure is not None:
        if isinstance(failure, OSError) and failure.errno in _OF_THE_MACHINE:
            return True
        failure = failure.__cause__
    return False


def is_of_the_server(failure: BaseException | None) -> bool:
    """Whether a question failed because the database server is down, went down in the middle, has no room, or held somebody up for too long.

    A server that ends while its answer is being read is a bare `DatabaseError` to the driver: no kind of mistake, for those have their own classes.
    """
    if isinstance(failure, InternalError):
        return str(getattr(failure.__cause__, "pgcode", None) or "").startswith((_READ_ONLY, _WITHIN))
    return isinstance(failure, (OperationalError, InterfaceError)) or type(failure) is DatabaseError
