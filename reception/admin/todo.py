"""One line of the index page's list."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One line of the list: what it is, how many, and the address of the next action."""

    words: str
    url: str
    urgent: bool = False
    # How near a last day is, as the page's styles name it; the words say it, too.
    tone: str = ""
