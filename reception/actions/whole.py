"""An action is whole or nothing, also where the page that asked goes on after a refusal."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from reception import scope

P = ParamSpec("P")
R = TypeVar("R")


def whole(action: Callable[P, R]) -> Callable[P, R]:
    """The action in a transaction of its own, in the county of its argument `county`.

    Staff pages run in one transaction and show a refusal within it: what the action had changed before it refused would stay.
    """

    @wraps(action)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        with scope.county(kwargs["county"]):  # type: ignore[arg-type]
            return action(*args, **kwargs)

    return inner
