"""`docs/threats.md` names each threat once, with tests that are there and, where it is not held, with what is missing."""

import re

from tests.config import asvs

TEXT = (asvs.ROOT / "docs" / "threats.md").read_text()
ROW = re.compile(r"^\| (T\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (\w+) \| (.+?) \|$", re.MULTILINE)


def problems(text):
    said, rows = [], ROW.findall(text)
    names = [row[0] for row in rows]
    said += [f"T{n}: {names.count(f'T{n}')} times" for n in range(1, 41) if names.count(f"T{n}") != 1]
    for name, _threat, _actor, _control, shown, state, missing in rows:
        tests = re.findall(r"`(tests/[^`]+)`", shown)
        said += [f"{name}: {why}" for why in map(asvs.missing, tests) if why]
        said += [f"{name}: no such state"] * (state not in ("held", "partly", "open"))
        said += [f"{name}: nothing shows it"] * (not tests)
        said += [f"{name}: says not what is missing"] * (state != "held" and missing == "–")
    return said


def test_each_threat_is_there_once_with_what_shows_it():
    assert problems(TEXT) == []


def test_what_is_wrong_is_found():
    row = ROW.search(TEXT)[0]
    assert problems(TEXT.replace(row, "")) == ["T1: 0 times"]
    assert problems(TEXT.replace(row, f"{row}\n{row}")) == ["T1: 2 times"]
    assert problems(TEXT.replace(row, re.sub(r"::test_\w+", "::test_nothing", row)))[0].endswith("no such test")
    assert problems(TEXT.replace(row, row.replace("| held |", "| surely |"))) == ["T1: no such state"]
    bare = re.sub(r"[^|]+\|$", " – |", row.replace("| held |", "| open |"))
    assert problems(TEXT.replace(row, bare)) == ["T1: says not what is missing"]
