"""`docs/asvs.csv` answers each requirement once, and what it points to is there."""

import csv
from collections import Counter

import pytest

from tests.config import asvs


@pytest.fixture
def rows():
    with (asvs.ROOT / "docs" / "asvs.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_196_requirements_of_the_first_two_levels_and_24_of_the_third():
    assert Counter(third for _number, third in asvs.WANTED) == {False: 196, True: 24}


def test_each_requirement_is_answered_once_by_what_is_there(rows):
    assert asvs.problems(rows) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"state": "surely"}, "1.1.1: no such state"),
        ({"state": ""}, "1.1.1: no such state"),
        ({"level": "L4"}, "1.1.1: no such level"),
        ({"topic": " "}, "1.1.1: no topic"),
        ({"state": "met", "evidence": ""}, "1.1.1: no evidence"),
        ({"state": "partly", "evidence": " ; ", "remark": "x"}, "1.1.1: no evidence"),
        ({"state": "not met", "remark": ""}, "1.1.1: says not what is missing"),
        ({"requirement": "1.1.2"}, "1.1.2: twice"),
        ({"requirement": "1.1.2"}, "1.1.1: missing"),
        ({"requirement": "1.2.6"}, "1.2.6: not asked for"),
        ({"evidence": "tests/config/test_asvs.py::test_nothing"}, "1.1.1: tests/config/test_asvs.py::test_nothing: no such test"),
        ({"evidence": "tests/config/test_asvs.py::rows"}, "1.1.1: tests/config/test_asvs.py::rows: no such test"),
        ({"evidence": "tests/config/test_no.py::test_x"}, "1.1.1: tests/config/test_no.py::test_x: no such file"),
        ({"evidence": "docs/security.md#nowhere"}, "1.1.1: docs/security.md#nowhere: no such heading"),
        ({"evidence": "docs/security.md"}, "1.1.1: docs/security.md: no such heading"),
        ({"evidence": "docs/no.md#x"}, "1.1.1: docs/no.md#x: no such file"),
        ({"evidence": "config/no.conf"}, "1.1.1: config/no.conf: no such file"),
        ({"evidence": "../README.md#run-it"}, "1.1.1: ../README.md#run-it: no such file"),
        ({"evidence": "config/nginx.conf#tls"}, "1.1.1: config/nginx.conf#tls: a file has no headings"),
        (
            {"evidence": "tests/config/test_asvs.py::rows ; config/no.conf"},
            "1.1.1: config/no.conf: no such file",
        ),
    ],
)
def test_a_row_that_is_wrong_is_found(rows, changed, problem):
    assert rows[0]["requirement"] == "1.1.1"
    rows[0] |= changed
    assert problem in asvs.problems(rows)


def test_a_row_that_is_gone_is_missed_and_one_that_is_there_twice_is_told(rows):
    assert asvs.problems(rows[1:]) == ["1.1.1: missing"]
    assert asvs.problems([*rows, rows[-1]]) == [f"{rows[-1]['requirement']}: twice"]


def test_a_test_in_a_class_and_one_under_a_decorator_are_found_and_headings_in_examples_are_not(tmp_path):
    source, text = tmp_path / "test_x.py", tmp_path / "x.md"
    source.write_text("class Test:\n    def test_in(self): ...\n@mark\ndef test_out(): ...\ndef other(): ...\n")
    text.write_text("# One: two, 3\n```\n# no heading\n```\n## 权利 Rights\n")
    assert asvs.tests_of(source) == {"Test::test_in", "test_out"}
    assert asvs.headings_of(text) == {"one-two-3", "权利-rights"}
