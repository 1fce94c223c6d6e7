"""Workflows as data: which action is possible in which state, who may, and where it leads.

One module for each thing that has states. The actions, the buttons and the tests of totality all ask the same table.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transition:
    """One action: the states it is possible in, the state it leads to, and the permissions of which the actor needs one."""

    action: str
    before: frozenset[str]
    after: str
    permissions: tuple[str, ...]


class Workflow:
    """The transitions of one kind of thing. Raises `ValueError` for a state that is not listed and for an action given twice."""

    def __init__(self, states: Iterable[str], transitions: Iterable[Transition]) -> None:
        self.states = tuple(str(state) for state in states)
        self._by_action: dict[str, Transition] = {}
        for transition in transitions:
            if transition.action in self._by_action:
                raise ValueError(f"action {transition.action!r} is given twice")
            unknown = {transition.after, *transition.before} - set(self.states)
            if unknown:
                raise ValueError(f"action {transition.action!r} names unknown states {sorted(unknown)}")
            self._by_action[transition.action] = transition

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(self._by_action)

    def transition(self, action: str) -> Transition:
        """Raises `KeyError` for an action that does not exist."""
        return self._by_action[action]

    def allows(self, action: str, *, state: str) -> bool:
        """Whether the action is possible in the state."""
        return str(state) in self._by_action[action].before

    def possible(self, state: str) -> tuple[str, ...]:
        """The actions possible in a state, in the table's order."""
        return tuple(action for action in self._by_action if self.allows(action, state=state))


def step(action: str, before: str | Iterable[str], after: str, *permissions: str) -> Transition:
    """A row of a table, short to write."""
    states = (before,) if isinstance(before, str) else before
    return Transition(action, frozenset(str(state) for state in states), str(after), permissions)
