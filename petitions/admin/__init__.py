"""Cases on the staff's site. Django's admin finds this package; importing the modules registers what they hold."""

from petitions.admin import cases

__all__ = ["cases"]
