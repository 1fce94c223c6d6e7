"""The staff's tables and pages. Django's admin finds this package; importing the modules registers what they hold."""

from reception.admin import guide, outbox, people, records, roster

__all__ = ["guide", "outbox", "people", "records", "roster"]
