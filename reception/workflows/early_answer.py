"""An answer before the day: a department answers a booked matter; the citizen takes it, or keeps the place.

Each version is a row. What it says never changes; a better one is a new version, which supersedes those before it.
"""

from reception.workflows import Workflow, step

# Before there is a row.
NOTHING = "nothing"
# Of these there is at most one for a booking.
OPEN = ("proposed", "approved")
STATES = (NOTHING, *OPEN, "sent_back", "accepted", "kept", "superseded")

WORKFLOW = Workflow(
    STATES,
    [
        # A new row each time; the state is that of the version before.
        step("write", (NOTHING, "proposed", "sent_back", "approved", "kept"), "proposed", "early_answer.write"),
        step("approve", "proposed", "approved", "early_answer.approve"),
        step("send_back", "proposed", "sent_back", "early_answer.approve"),
        step("accept", "approved", "accepted", "booking.own"),
        step("keep", "approved", "kept", "booking.own"),
        # What follows of itself, when another version is written.
        step("supersede", ("proposed", "sent_back", "approved", "kept"), "superseded", "early_answer.write"),
    ],
)

# Those the citizen sees: an answer that waits for them, and the one they decided on.
SHOWN = ("approved", "accepted", "kept")
