"""What became of a choice after a change. Silence is no transition: an open choice without trouble keeps the place by itself."""

from reception.workflows import Workflow, step

STATES = ("open", "kept", "moved", "cancelled", "ended", "overtaken")
OPEN = "open"

WORKFLOW = Workflow(
    STATES,
    [
        step("keep", "open", "kept", "booking.own", "booking.manage"),
        step("move", "open", "moved", "booking.own", "booking.manage"),
        step("cancel", "open", "cancelled", "booking.own", "booking.manage"),
        step("end", "open", "ended", "booking.manage", "day.run"),
        step("overtake", "open", "overtaken", "roster.publish", "booking.manage"),
    ],
)
# What an action on the booking itself means for the choice that is open.
BY_BOOKING = {"move": "move", "cancel": "cancel"}
