"""Planning a whole country: 2,850 counties, twelve months, two rotations of fifteen posts, with absences, on one core."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta

from bench.table import Row
from scheduling.calendar import WorkCalendar
from scheduling.days import DayRule, Month, months, reception_date
from scheduling.rotation import Away, Holding, Rotation, Served, plan

COUNTIES, POSTS = 2850, 15


def rows() -> Iterator[Row]:
    chance = random.Random(15)
    calendar, rule = WorkCalendar(), DayRule()
    posts = [f"P{number:02}" for number in range(2 * POSTS)]
    rotations = [Rotation("R1", tuple(posts[:POSTS])), Rotation("R2", tuple(posts[POSTS:]))]
    holdings = [Holding(post, f"L{post}", date(2020, 1, 1)) for post in posts]
    counties = []
    for _ in range(COUNTIES):
        starts = [(f"L{chance.choice(posts)}", date(2026, 1, 1) + timedelta(days=chance.randrange(360))) for _ in range(45)]
        away = [Away(leader, start, start + timedelta(days=chance.randrange(1, 12)), "meeting") for leader, start in starts]
        served = [
            Served(date(2025, month, 15), key, chance.choice(list(r.posts)))
            for month in range(1, 13)
            for key, r in (("R1", rotations[0]), ("R2", rotations[1]))
        ]
        counties.append((away, served))
    began = time.perf_counter()
    turns = 0
    for away, served in counties:
        days = [reception_date(month, rule, calendar) for month in months(Month(2026, 1), Month(2026, 12))]
        turns += len(plan(rotations, days, holdings=holdings, away=away, served=served))
    took = time.perf_counter() - began
    assert turns == COUNTIES * 12 * 2
    yield Row(f"planning {COUNTIES:,} counties × 12 months × 2 rotations of {POSTS} posts ({turns:,} turns)", took, 10, "s")
