"""Make the demo county's workbook: a fictitious county of 15 posts, with three years of receptions computed by the true rules.

``python -m reception.demo.make`` writes ``chenghe.xlsx`` anew; the same program gives the same file.
"""

import os
from datetime import date, timedelta
from typing import Any

import django

from reception.demo import WORKBOOK
from reception.demo.county import (
    ABSENCES,
    ACCOUNTS,
    CLOSURE,
    COUNTY,
    DEPARTMENTS,
    FIRST,
    LAST,
    PLACES,
    POSTS,
    STEMS,
    SUBSTITUTED,
    TOWNSHIPS,
)
from scheduling.calendar import WorkCalendar
from scheduling.days import DayRule, months, reception_date
from scheduling.rotation import Away, Holding, Rotation, Served, plan


def leaders() -> list[dict[str, Any]]:
    """One for each post, named by role word and stem, and two more who came when others left."""
    found = [
        {
            "code": f"L{index:02}",
            "name": f"{post.split('（')[0]}{STEMS[index - 1]}",
            "name_en": f"{post_en.split(' (')[0]} {chr(64 + index)}",
        }
        for index, (_code, post, post_en, *_rest) in enumerate(POSTS, start=1)
    ]
    return [
        *found,
        {"code": "L16", "name": "副县长巳", "name_en": "Deputy Magistrate P"},
        {"code": "L17", "name": "县委宣传部部长午", "name_en": "Head of the Publicity Department Q"},
    ]


def tenures() -> list[dict[str, Any]]:
    """Everyone since 2022; P07 changed hands in June 2025; P12 stood empty from October 2024 to January 2025."""
    found = []
    for index, (code, *_names, portfolio, portfolio_en) in enumerate(POSTS, start=1):
        held = {
            "post": code,
            "leader": f"L{index:02}",
            "portfolio": portfolio,
            "portfolio_en": portfolio_en,
            "starts_on": date(2022, 1, 10),
        }
        if code == "P07":
            found.append(held | {"ends_on": date(2025, 5, 31)})
            found.append(held | {"leader": "L17", "starts_on": date(2025, 6, 1)})
        elif code == "P12":
            found.append(held | {"ends_on": date(2024, 9, 30), "leader": "L16"})
            found.append(held | {"starts_on": date(2025, 2, 1)})
        else:
            found.append(held)
    return found


def rotations() -> list[dict[str, Any]]:
    codes = [code for code, *_rest in POSTS]
    usual = {"starts": "8:30", "ends": "11:30"}
    return [
        {
            "code": "R1",
            "name": "党政主要领导",
            "name_en": "Principal leaders",
            "position": 1,
            "place": "HALL",
            **usual,
            "capacity": 15,
            "posts": "、".join(codes[:2]),
        },
        {
            "code": "R2",
            "name": "县级领导",
            "name_en": "County leaders",
            "position": 2,
            "place": "HALL2",
            **usual,
            "capacity": 20,
            "posts": "、".join(codes[2:]),
        },
    ]


def history() -> list[dict[str, Any]]:
    """Three years of receptions: each month planned by the queue from what was served before, then what came in between."""
    calendar = WorkCalendar(rows=[CLOSURE])
    queues = [Rotation(row["code"], tuple(row["posts"].split("、"))) for row in rotations()]
    one_day = timedelta(days=1)
    holdings = [
        Holding(row["post"], row["leader"], row["starts_on"], row["ends_on"] + one_day if "ends_on" in row else None)
        for row in tenures()
    ]
    away = [Away(leader, date(*first), date(*last) + one_day, kind) for leader, first, last, kind in ABSENCES]
    late = {(month, rotation): kind for month, rotation, kind in SUBSTITUTED}
    served: list[Served] = []
    found = []
    for number, month in enumerate(months(FIRST, LAST)):
        day = reception_date(month, DayRule(), calendar)
        turns = plan(queues, [day], holdings=holdings, away=away, served=served)
        for turn in turns:
            attending = [DEPARTMENTS[4 + (number * 3 + offset) % 26][0] for offset in range(2)]
            row = {
                "day": day,
                "rotation": turn.rotation,
                "post": turn.post,
                "leader": turn.person,
                "departments": "、".join(["D01", *attending]),
            }
            receiving = turn.post
            kind = late.get((month, turn.rotation))
            if kind:
                # The one planned is called away; the next in the queue who can attend stands in.
                called_away = Away(str(turn.person), day, day + one_day, kind)
                sitting = [other for other in turns if other.rotation != turn.rotation]
                rest = [Served(day, other.rotation, str(other.post)) for other in sitting]
                (instead,) = (
                    t
                    for t in plan(queues, [day], holdings=holdings, away=[*away, called_away], served=[*served, *rest])
                    if t.rotation == turn.rotation
                )
                side = "县委办秘书科" if int(str(instead.post)[1:]) in (1, 3, 5, 6, 7, 8, 9) else "县政府办秘书科"
                row |= {
                    "substitute_post": instead.post,
                    "substitute": instead.person,
                    "reason": kind,
                    "coordinators": f"{side}负责人、信访局接访科科长",
                }
                receiving = instead.post
            served.append(Served(day, turn.rotation, str(receiving)))
            found.append(row)
    return found


def rows() -> dict[str, list[dict[str, Any]]]:
    """The whole county, by sheet."""
    townships = [(f"T{number:02}", name, name_en, "township") for number, (name, name_en) in enumerate(TOWNSHIPS, start=1)]
    return {
        "county": [COUNTY],
        "places": [dict(zip(("code", "name", "name_en", "address", "address_en"), place, strict=True)) for place in PLACES],
        "departments": [dict(zip(("code", "name", "name_en", "kind"), unit, strict=True)) for unit in [*DEPARTMENTS, *townships]],
        "posts": [
            {"code": code, "name": name, "name_en": name_en, "side": side, "position": position}
            for position, (code, name, name_en, side, *_rest) in enumerate(POSTS, start=1)
        ],
        "leaders": leaders(),
        "tenures": tenures(),
        "rotations": rotations(),
        "absences": [
            {"leader": leader, "starts_on": date(*first), "ends_on": date(*last), "kind": kind}
            for leader, first, last, kind in ABSENCES
        ],
        "calendar": [
            {
                "day": CLOSURE.day,
                "works": "放假",
                "name": CLOSURE.name,
                "name_en": CLOSURE.name_en,
                "document": CLOSURE.document,
                "level": "3",
            }
        ],
        "history": history(),
        "accounts": [
            {
                "username": username,
                "name": name,
                "email": f"{username}@example.invalid",
                "role": role,
                "department": unit,
                "leader": leader,
            }
            for username, name, role, unit, leader in ACCOUNTS
        ],
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from reception.workbooks import writing

    writing.write(WORKBOOK, rows())
    print(f"wrote {WORKBOOK}")
