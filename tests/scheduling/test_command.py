"""``python -m scheduling``: the reception days as CSV, with neither Django nor a database."""

import csv
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "scheduling", *arguments],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def test_the_days_of_twenty_three_years_agree_with_the_oracle():
    done = run("2004-01", "2026-12", "--country", "CN")
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert (len(rows), list(rows[0])) == (276, ["month", "nominal", "day", "status", "reasons"])
    assert {row["status"] for row in rows} == {"confirmed"}
    for row in rows:
        day = date.fromisoformat(row["nominal"])
        while not chinese_calendar.is_workday(day):
            day += timedelta(days=1)
        assert row["day"] == day.isoformat()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2026-13", "2026-12"], "2026-13"),
        (["2026-05", "2026-01"], "comes before"),
        (["2026-01", "2026-02", "--country", "XX"], "XX"),
        (["1900-01", "1900-02"], "reaches from 2001"),
        (["2026-01", "2026-02", "--day", "32"], "32"),
        (["二月", "2026-02"], "二月"),
        ([], "are required: first, last"),
    ],
)
def test_bad_input_is_a_sentence_and_the_exit_code_two(arguments, words):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
