"""A booking's way, from the place it holds to the reception. See `workflow.md`: submitted holds the place, confirmed keeps it."""

from reception.workflows import Workflow, step

STATES = (
    "submitted",
    "confirmed",
    "waitlisted",
    "guided",
    "declined",
    "checked_in",
    "parked",
    "called",
    "received",
    "moved",
    "cancelled",
    "no_show",
    "early_answered",
)
# Whoever is in one of these holds a place at the sitting.
HOLDING = ("submitted", "confirmed", "checked_in", "parked", "called", "received")
# In these the reception is still to come.
COMING = ("submitted", "confirmed", "waitlisted")
# On the day, in the hall.
IN_HALL = ("checked_in", "parked", "called")

WORKFLOW = Workflow(
    STATES,
    [
        step("confirm", "submitted", "confirmed", "booking.manage"),
        step("wait", "submitted", "waitlisted", "booking.manage"),
        step("promote", "waitlisted", "confirmed", "booking.manage"),
        step("guide", ("submitted", "confirmed", "waitlisted"), "guided", "booking.manage"),
        step("decline", ("submitted", "confirmed", "waitlisted"), "declined", "booking.decline"),
        step("move", ("submitted", "confirmed", "waitlisted", "no_show"), "moved", "booking.manage", "booking.own"),
        step("cancel", COMING, "cancelled", "booking.manage", "booking.own"),
        step("answer_early", ("confirmed", "waitlisted"), "early_answered", "booking.own", "booking.manage"),
        step("check_in", ("confirmed", "waitlisted", "no_show"), "checked_in", "day.run"),
        step("park", ("checked_in", "called"), "parked", "day.run"),
        step("unpark", "parked", "checked_in", "day.run"),
        step("call", "checked_in", "called", "day.run"),
        step("receive", "called", "received", "day.run"),
        step("miss", ("confirmed", "parked", "called"), "no_show", "day.run"),
    ],
)
