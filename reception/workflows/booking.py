"""A booking's way, from the place it holds to the reception: submitted holds the place, confirmed keeps it."""

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
    "not_received",
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
        step("move", ("submitted", "confirmed", "waitlisted", "no_show", "not_received"), "moved", "booking.manage", "booking.own"),
        step("cancel", COMING, "cancelled", "booking.manage", "booking.own"),
        step("answer_early", ("confirmed", "waitlisted"), "early_answered", "booking.own", "booking.manage"),
        step("check_in", ("confirmed", "waitlisted", "no_show"), "checked_in", "day.run"),
        step("park", ("checked_in", "called"), "parked", "day.run"),
        step("unpark", "parked", "checked_in", "day.run"),
        step("call", "checked_in", "called", "day.run"),
        step("call_again", "called", "called", "day.run"),
        step("receive", "called", "received", "day.run"),
        step("miss", ("confirmed", "parked", "called"), "no_show", "day.run"),
        # They were there, or waited for a place, and were not received: never written down as if they had not come.
        step("leave", IN_HALL, "not_received", "day.run"),
        step("lapse", "waitlisted", "not_received", "day.run"),
        # A check-in by mistake: back to what it was, by a step that says why.
        step("correct", "checked_in", "confirmed", "day.run"),
        step("correct_waiting", "checked_in", "waitlisted", "day.run"),
    ],
)
