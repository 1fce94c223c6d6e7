"""The rules of time, pure: calendars, reception days, turns, rosters, releases, conflicts, deadlines.

No Django, no clock, no database, no text for users. Everything comes in as an argument and goes out as a value with its reasons.
"""
