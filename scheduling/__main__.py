"""``python -m scheduling 2004-01 2026-12 --country CN``: the reception day of every month, and why, as CSV."""

import argparse
import csv
import os
import sys

from scheduling.calendar import Fact, WorkCalendar
from scheduling.days import Day, DayRule, Month, months, reception_day


def main(arguments: list[str] | None = None) -> int:
    """Print ``month,nominal,day,status,reasons``. 0 when done; 2 and one sentence on the error stream for bad input."""
    parser = _Parser(prog="python -m scheduling", description="The reception day of every month, and why.")
    parser.add_argument("first", help="first month, as 2026-01")
    parser.add_argument("last", help="last month, included")
    parser.add_argument("--country", default="CN", help="whose holidays count, as CN (ISO 3166)")
    parser.add_argument("--day", type=int, default=15, help="the nominal day of the month, 1 to 31")
    try:
        options = parser.parse_args(arguments)
        calendar = WorkCalendar(country=options.country)
        rule = DayRule(options.day)
        found = [reception_day(month, rule, calendar) for month in months(Month.parse(options.first), Month.parse(options.last))]
    except ValueError as error:
        print(f"scheduling: {error}", file=sys.stderr)
        return 2
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["month", "nominal", "day", "status", "reasons"])
    writer.writerows([day.month, day.nominal, day.day, day.status, reasons(day)] for day in found)
    return 0


def reasons(day: Day) -> str:
    """Each day looked at, as ``2026-02-15 weekend; 2026-02-16 holiday 农历除夕; 2026-02-24 working``."""
    return "; ".join(_said(fact) for fact in day.reasons)


def _said(fact: Fact) -> str:
    return " ".join(filter(None, [str(fact.day), fact.kind, fact.name]))


class _Parser(argparse.ArgumentParser):
    """One sentence instead of a usage text: the caller prints it."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise ValueError(f"{message} (try: python -m scheduling 2026-01 2026-12)")


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone (`| head`); Python would complain once more while it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)
