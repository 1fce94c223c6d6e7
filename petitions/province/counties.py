"""Counties like the demo's, each with its own name and accounts, with a year planned and published."""

from datetime import datetime, timedelta
from typing import Any

from petitions.province.names import name_of
from reception import scope
from reception.actions import imports, planning, releases
from reception.demo import WORKBOOK
from reception.models import County, User
from reception.workbooks import checking, reading

OWN = "澄河县", "Chenghe County"


def make(number: int, *, year: int, password: str, at: datetime) -> County:
    """The county of a number, planned for a year and published; found, where it is there already. `password` comes hashed.

    Its accounts are those of the demo with its number behind: demo-clerk-017.
    """
    slug = f"county-{number:03}"
    found: County | None = County.objects.filter(slug=slug).first()
    if found:
        return found
    clean, problems = checking.check(reading.read(WORKBOOK), known={})
    assert not problems
    name, name_en = name_of(number)
    for rows in clean.sheets.values():
        for row in rows:
            row.update({key: _named(value, name, name_en) for key, value in row.items()})
    clean.county.update({"slug": slug, "code": f"{139_000 + number:06}"})
    for row in clean.rows("accounts"):
        row["username"] = f"{row['username']}-{number:03}"
    made = imports.store(clean=clean, by=User.objects.system(), at=at).county
    with scope.county(made):
        User.objects.filter(county=made).update(password=password)
        clerk, chief = (User.objects.get(username=f"demo-{post}-{number:03}") for post in ("clerk", "chief"))
    at += timedelta(seconds=1)
    planning.plan_year(county=made, year=year, by=clerk, at=at)
    draft = releases.draft(county=made, by=clerk, at=at, note=f"公布{year}年接访安排。", note_en=f"The roster of {year}.")
    releases.submit(release=draft, county=made, by=clerk, at=at)
    releases.approve(release=draft, county=made, by=chief, at=at)
    late = {"late_reason": "演示数据在安装时公布。", "late_reason_en": "The demo is published when it is installed."}
    releases.publish(release=draft, county=made, by=chief, at=at, **late)
    return made


def _named(value: Any, name: str, name_en: str) -> Any:
    return value.replace(OWN[0], name).replace(OWN[1], name_en) if isinstance(value, str) else value
