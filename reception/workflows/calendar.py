"""A change of the county's calendar: proposed by one person, approved by another, or given up."""

from reception.workflows import Workflow, step

CHANGE = Workflow(
    ("proposed", "approved", "withdrawn"),
    [
        step("approve", "proposed", "approved", "calendar.approve"),
        step("withdraw", "proposed", "withdrawn", "calendar.enter"),
    ],
)
