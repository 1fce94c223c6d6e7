"""How alike two texts are, for proposing earlier matters that a person may mean again. Pure; a proposal, never a decision."""

from reception.actions.identities import skeleton

# From here on two matters are proposed as basically the same; measured on the pairs of `tests/petitions/test_likeness.py`.
ALIKE = 0.35


def likeness(one: str, other: str) -> float:
    """From 0 to 1: the share of pairs of neighbouring characters that the shorter text has in common with the other.

    Pairs suit Chinese, which has no spaces, and forgive a text that was shortened. Case, spaces and widths don't count.
    """
    first, second = _pairs(skeleton(one)), _pairs(skeleton(other))
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))
