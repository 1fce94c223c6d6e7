"""A release: drafted, submitted, approved by someone else, published. What is published or discarded never changes again.

A draft's document never changes either: sent back, it is submitted again as it is, or discarded and drafted anew.
"""

from reception.workflows import Workflow, step

RELEASE = Workflow(
    ("draft", "submitted", "approved", "published", "discarded"),
    (
        step("submit", "draft", "submitted", "roster.submit"),
        step("send_back", "submitted", "draft", "roster.approve"),
        step("approve", "submitted", "approved", "roster.approve"),
        step("publish", "approved", "published", "roster.publish"),
        step("discard", ("draft", "submitted", "approved"), "discarded", "roster.draft"),
    ),
)
OPEN = ("draft", "submitted", "approved")
