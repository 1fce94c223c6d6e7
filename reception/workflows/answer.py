"""Whether a leader comes: asked once for each sitting and each day it is on; answered on the desk, by link, or through the bureau.

A leader who said yes can still say that they can't; taking back a "can't" is the bureau's step, for a substitute may be on the way.
"""

from enum import StrEnum

from reception.workflows import Workflow, step


class State(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


# Of these there is at most one for a sitting, its leader and its day.
CURRENT = (State.ASKED, State.ACCEPTED, State.DECLINED)

ANSWER = Workflow(
    State,
    [
        step("accept", State.ASKED, State.ACCEPTED, "sitting.answer", "sitting.answer_own"),
        step("decline", (State.ASKED, State.ACCEPTED), State.DECLINED, "sitting.answer", "sitting.answer_own"),
        step("lapse", CURRENT, State.LAPSED, "sitting.ask"),
    ],
)
