"""Refusals: an action that may not happen says why, in a sentence the reader can act on. And which errors are the database server's."""

from django.db import DatabaseError, InterfaceError, OperationalError


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


def is_of_the_server(failure: BaseException | None) -> bool:
    """Whether a question failed because the database server is down, went down in the middle, or held somebody up for too long.

    A server that ends while its answer is being read is a bare `DatabaseError` to the driver: no kind of mistake, for those have their own classes.
    """
    return isinstance(failure, (OperationalError, InterfaceError)) or type(failure) is DatabaseError
