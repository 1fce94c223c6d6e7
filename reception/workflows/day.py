"""A reception day: planned in turn, published with a release, moved or cancelled by decision, never deleted once published."""

from reception.workflows import Workflow, step

STATES = ("planned", "published", "in_progress", "held", "cancelled")

WORKFLOW = Workflow(
    STATES,
    [
        step("publish", "planned", "published", "roster.publish"),
        step("move", "published", "published", "day.decide"),
        step("cancel", "published", "cancelled", "day.decide"),
        step("begin", "published", "in_progress", "day.run"),
        step("end", "in_progress", "held", "day.run"),
    ],
)
