"""The time limits of a case, each with its article and its roll: numbers that a lawyer can correct without touching the code.

Source: Regulations on Petition Work (2022). `VERSION` names this edition of the table; every clock keeps the edition it was counted
by. The rules of counting are in `scheduling.deadlines`.
"""

from datetime import date

from scheduling.calendar import WorkCalendar
from scheduling.deadlines import Due, Roll, Term, Unit, due_date

VERSION = "2022-05-01/1"

TERMS: dict[str, Term] = {
    # A duty of offices: the legal day stays where it falls, and the last working day not after it is what is aimed at.
    "D1": Term(15, Unit.DAYS, Roll.NONE, "《信访工作条例》第二十二条第一款"),
    "D5": Term(60, Unit.DAYS, Roll.NONE, "《信访工作条例》第三十四条"),
}


def due(kind: str, started_on: date, calendar: WorkCalendar) -> Due:
    """The end of the clock `kind` that something on `started_on` began; that day is not counted. Raises `KeyError` for no such clock."""
    return due_date(started_on, TERMS[kind], calendar)


def latest_for_task(received_on: date, calendar: WorkCalendar) -> Due:
    """The last day that a leader may set for a task: 60 days, as if the matter were accepted on the day of the reception.

    A department that accepts later has later limits of its own, but an instruction is never later than this (design rule L6).
    """
    return due("D5", received_on, calendar)
