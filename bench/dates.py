"""A reception day: against a table that somebody computed beforehand, against the package's own loop, against a peer library."""

import warnings
from collections.abc import Iterator
from datetime import date, timedelta

import holidays
from workalendar.asia import China

from bench.table import Row, side_by_side
from scheduling.calendar import WorkCalendar
from scheduling.days import DayRule, Month, months, reception_date, reception_day

# workalendar knows China from 2018 to 2023; the last day must not be looked for beyond it.
FIRST, LAST = Month(2018, 1), Month(2023, 11)


def rows() -> Iterator[Row]:
    asked = list(months(FIRST, LAST)) * 20
    rule, calendar = DayRule(), WorkCalendar()
    table = {}
    for offset in range((date(2027, 1, 31) - date(2018, 1, 1)).days):
        day = date(2018, 1, 1) + timedelta(days=offset)
        table[day] = calendar.next_workday(day)
    package = holidays.country_holidays("CN", years=range(2018, 2028))
    # It warns of the years it does not know; none of them is asked.
    warnings.filterwarnings("ignore", module="workalendar")
    peer = China()

    def ours() -> list[date]:
        return [reception_date(month, rule, calendar) for month in asked]

    def traced() -> list[date]:
        return [reception_day(month, rule, calendar).day for month in asked]

    def precomputed() -> list[date]:
        return [table[rule.nominal(month)] for month in asked]

    def of_the_package() -> list[date]:
        found = []
        for month in asked:
            day = rule.nominal(month)
            while not package.is_working_day(day):
                day += timedelta(days=1)
            found.append(day)
        return found

    def of_the_peer() -> list[date]:
        found = []
        for month in asked:
            day = rule.nominal(month)
            while not peer.is_working_day(day):
                day += timedelta(days=1)
            found.append(day)
        return found

    assert ours() == traced() == precomputed() == of_the_package()
    own, full, by_table, by_package, by_peer = side_by_side(ours, traced, precomputed, of_the_package, of_the_peer, rounds=7)
    each = own / len(asked) * 1e9
    yield Row(f"a reception day ({each:.0f} ns) over a look-up in a precomputed table", own / by_table, 1.5)
    yield Row("the package's own loop over a reception day", by_package / own, 5, floor=True)
    yield Row("workalendar's loop over a reception day", by_peer / own, 25, floor=True)
    yield Row("a reception day with its whole trace over the bare one", full / own, 10)
