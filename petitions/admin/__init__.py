"""Cases on the staff's site. Django's admin finds this package; importing the modules registers what they hold."""

from petitions.admin import cases, doings, limits

__all__ = ["cases", "doings", "limits"]
