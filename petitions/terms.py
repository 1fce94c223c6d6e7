"""The time limits of a case: the law's own numbers, and over them the rows that the county has approved.

Source: Regulations on Petition Work (2022). A lawyer corrects a number by a row of the table of limits, without touching the code: the
row counts for what starts on its day or later. Every clock keeps the edition it was counted by. The rules of counting are in
`scheduling.deadlines`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from petitions.models import Limit
from scheduling.calendar import WorkCalendar
from scheduling.deadlines import Due, Roll, Term, Unit, due_date

VERSION = "2022-05-01/1"
# The day on which the Regulations of 2022 came into force: no row of the table is older.
IN_FORCE = date(2022, 5, 1)
ONE_DAY = timedelta(days=1)

TERMS: dict[str, Term] = {
    # Duties of offices: the legal day stays where it falls, and the last working day not after it is what is aimed at.
    "D1": Term(15, Unit.DAYS, Roll.NONE, "《信访工作条例》第二十二条第一款"),
    "D2": Term(15, Unit.DAYS, Roll.NONE, "《信访工作条例》第二十三条第二款"),
    "D3": Term(15, Unit.DAYS, Roll.NONE, "《信访工作条例》第二十三条第三款"),
    "D4": Term(5, Unit.WORKING_DAYS, Roll.NONE, "《信访工作条例》第二十三条第三款"),
    "D5": Term(60, Unit.DAYS, Roll.NONE, "《信访工作条例》第三十四条"),
    # Not counted from a day, but the most that D5 may be made longer by.
    "D6": Term(30, Unit.DAYS, Roll.NONE, "《信访工作条例》第三十四条"),
    "D8": Term(30, Unit.DAYS, Roll.NONE, "《信访工作条例》第三十五条"),
    "D10": Term(30, Unit.DAYS, Roll.NONE, "《信访工作条例》第三十六条"),
    "D12": Term(10, Unit.WORKING_DAYS, Roll.NONE, "《信访事项简易办理办法（试行）》"),
    "D14": Term(30, Unit.DAYS, Roll.NONE, "《信访条例》（2005）第三十六条"),
    # Rights of the petitioner: a last day on a holiday rolls forward, and a late request is never refused by the machine.
    "D7": Term(30, Unit.DAYS, Roll.NEXT_WORKDAY, "《信访工作条例》第三十五条"),
    "D9": Term(30, Unit.DAYS, Roll.NEXT_WORKDAY, "《信访工作条例》第三十六条"),
    # No clocks, but what offices hold themselves to: the county's share of D1, and the last day of an instruction.
    "D13": Term(4, Unit.DAYS, Roll.NONE, "国信发〔2014〕16号第六条"),
    "L6": Term(60, Unit.DAYS, Roll.NONE, "《信访工作条例》第三十四条"),
}
# What the petitioner has time for; all others are owed to the petitioner.
RIGHTS = frozenset({"D7", "D9"})
# Aims within the office, which nobody outside can rely on.
INTERNAL = frozenset({"D12", "D13", "L6"})
# Numbers or wordings that were not checked against the text of the law.
UNCONFIRMED = frozenset({"D2", "D13", "D14", "L6"})


@dataclass(frozen=True, slots=True)
class Edition:
    """The limit that counts for a kind on a day. `rule` names it as the clocks keep it; `row` is the county's, None for the law's own."""

    kind: str
    term: Term
    rule: str
    valid_from: date
    is_confirmed: bool
    row: Limit | None = None


def in_force(kind: str, on: date) -> Edition:
    """The county's latest approved row that is valid on the day, else the law's own number. Raises `KeyError` for no such clock."""
    law = TERMS[kind]
    row = Limit.objects.filter(kind=kind, is_approved=True, valid_from__lte=on).order_by("-valid_from").first()
    if row is None:
        return Edition(kind, law, VERSION, IN_FORCE, kind not in UNCONFIRMED)
    return Edition(kind, term_of(row), f"{row.valid_from}/limit {row.pk}", row.valid_from, row.is_confirmed, row)


def term_of(row: Limit) -> Term:
    """What a row of the table says, approved or not."""
    return Term(row.amount, Unit(row.unit), Roll(row.roll), row.article)


def due(kind: str, started_on: date, calendar: WorkCalendar) -> Due:
    """The end of the clock `kind` that something on `started_on` began; that day is not counted. Raises `KeyError` for no such clock."""
    return due_date(started_on, in_force(kind, started_on).term, calendar)


def latest_for_task(received_on: date, calendar: WorkCalendar) -> Due:
    """The last day that a leader may set for a task (L6): 60 days, as if the matter were accepted on the day of the reception.

    A department that accepts later has later limits of its own, but an instruction is never later than this (design rule L6).
    """
    return due("L6", received_on, calendar)
