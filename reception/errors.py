"""Refusals: an action that may not happen says why, in a sentence the reader can act on."""


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
