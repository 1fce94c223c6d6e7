"""What Hypothesis draws for the rules: days, calendars with rows of the office's own, and counties with their rotations."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from scheduling.calendar import Row, WorkCalendar
from scheduling.days import Month
from scheduling.rotation import Away, Holding, Rotation, Served

CN = WorkCalendar()
ONE_DAY = timedelta(days=1)
days = st.dates(date(2004, 1, 1), date(2026, 12, 31))
months = st.builds(Month, st.integers(2004, 2026), st.integers(1, 12))
ADMISSIBLE = date(2024, 1, 1)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """China's calendar under up to twelve rows of the office, within 2024."""
    chosen = draw(
        st.lists(st.tuples(st.dates(ADMISSIBLE, date(2024, 12, 31)), st.booleans()), max_size=12, unique_by=lambda r: r[0])
    )
    return WorkCalendar(rows=[Row(day, works, "调整", "changed", "县通知1号") for day, works in chosen])


@dataclass(frozen=True)
class World:
    """A county: rotations over overlapping posts, holders who come and go, absences, turns already served."""

    rotations: list[Rotation]
    days: list[date]
    holdings: list[Holding]
    away: list[Away]
    served: list[Served]

    def facts(self) -> dict[str, list]:
        return {"holdings": self.holdings, "away": self.away, "served": self.served}


@st.composite
def worlds(draw: st.DrawFn, *, with_served: bool = True) -> World:
    posts = [f"P{number}" for number in range(draw(st.integers(1, 6)))]
    rotations = [
        Rotation(f"R{number}", tuple(draw(st.permutations(posts)))[: draw(st.integers(1, len(posts)))])
        for number in range(draw(st.integers(1, 2)))
    ]
    chosen = sorted(draw(st.sets(st.integers(0, 400), min_size=1, max_size=14)))
    when = [ADMISSIBLE + timedelta(days=number) for number in chosen]
    holdings = []
    for post in posts:
        # One person may hold two posts; a post may change hands or stand empty.
        cut = ADMISSIBLE + timedelta(days=draw(st.integers(0, 400)))
        first, second = draw(st.sampled_from(["甲", "乙", "丙", "丁"])), draw(st.sampled_from(["戊", "己", None]))
        holdings.append(Holding(post, first, date(2020, 1, 1), cut if draw(st.booleans()) else None))
        if holdings[-1].ends_on and second:
            holdings.append(Holding(post, second, cut))
    spans = st.tuples(st.sampled_from(["甲", "乙", "丙", "丁", "戊", "己"]), st.integers(0, 400), st.integers(1, 60))
    away = [
        Away(person, ADMISSIBLE + timedelta(days=start), ADMISSIBLE + timedelta(days=start + length), "leave")
        for person, start, length in draw(st.lists(spans, max_size=8))
    ]
    served = [
        Served(ADMISSIBLE + timedelta(days=number), rotation.key, draw(st.sampled_from(rotation.posts)))
        for rotation in rotations
        for number in draw(st.sets(st.integers(-300, 400), max_size=6 if with_served else 0))
    ]
    return World(rotations, when, holdings, away, served)
