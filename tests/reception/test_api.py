"""The interface for programs: the release as published, verifiable by anyone, and refusals in sentences."""

import hashlib
import io
from datetime import timedelta

import pytest
import rfc8785
import time_machine
from django.core.management import CommandError, call_command

from reception import scope
from reception.models import County, Entry
from tests.reception import builders


def get(client, path, status=200):
    response = client.get(f"/api/v1/{path}")
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (status, "application/json")
    return response.json()


def test_the_roster_of_a_year(office, client):
    answer = get(client, "counties/chenghe/roster?year=2026")
    assert (answer["county"], answer["release"], answer["year"], answer["years"], len(answer["days"])) == (
        "chenghe",
        1,
        2026,
        [2026],
        12,
    )
    assert answer["days"][1]["day"] == "2026-02-24"


def test_a_release_can_be_verified_by_anyone(office, client):
    builders.published(office, year=2027)
    heads = get(client, "counties/chenghe/releases")
    assert [head["number"] for head in heads] == [2, 1]
    previous = None
    for number in (1, 2):
        release = get(client, f"counties/chenghe/releases/{number}")
        assert release["hash"] == hashlib.sha256(rfc8785.dumps(release["document"])).hexdigest() == heads[2 - number]["hash"]
        assert release["document"]["previous"] == previous
        previous = release["hash"]


def test_the_journals_head_of_the_day_before_turns_at_midnight_and_can_be_held_against_it(office, client):
    with scope.county(office.county):
        entries = list(Entry.objects.order_by("n"))
    with time_machine.travel(entries[-1].at + timedelta(days=1), tick=False):
        head = get(client, "counties/chenghe/journal")
    assert head == {
        "county": "chenghe",
        "n": entries[-1].n,
        "hash": entries[-1].hash,
        "at": entries[-1].at.isoformat().replace("+00:00", "Z"),
    }
    call_command("verify_journal", "chenghe", witness=[f"{head['n']}:{head['hash']}"], stdout=io.StringIO())
    with pytest.raises(SystemExit):
        call_command("verify_journal", "chenghe", witness=[f"{head['n']}:{'0' * 64}"], stdout=io.StringIO(), stderr=io.StringIO())


def test_before_its_first_night_the_head_is_that_of_nothing(office, client):
    builders.bureau("linhe")
    head = get(client, "counties/linhe/journal")
    assert head == {"county": "linhe", "n": 0, "hash": "0" * 64, "at": None}
    call_command("verify_journal", "linhe", witness=[f"0:{head['hash']}"], stdout=io.StringIO())


@pytest.mark.parametrize("witness", ["", "1", "x:" + "0" * 64, "1:" + "0" * 63, "1:" + "A" * 64])
def test_what_is_no_head_is_refused(office, witness):
    with pytest.raises(CommandError, match="is no head"):
        call_command("verify_journal", "chenghe", witness=[witness])


def test_a_head_is_of_a_county_that_is_named():
    with pytest.raises(CommandError, match="name the county"):
        call_command("verify_journal", witness=["1:" + "0" * 64])


def test_the_counties(office, client):
    builders.bureau("linhe")
    assert [(row["slug"], row["latest_release"]) for row in get(client, "counties")] == [("chenghe", 1), ("linhe", None)]


def test_the_description_names_every_address(office, client):
    assert set(get(client, "openapi.json")["paths"]) == {
        "/api/v1/counties",
        "/api/v1/counties/{slug}/journal",
        "/api/v1/counties/{slug}/roster",
        "/api/v1/counties/{slug}/releases",
        "/api/v1/counties/{slug}/releases/{number}",
    }


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("counties/chenge/roster", 404, "没有找到这个县"),
        ("counties/chenghe/roster?year=2031", 404, "已公布的年份：2026"),
        ("counties/chenghe/roster?year=abc", 400, "year"),
        ("counties/chenghe/releases/7", 404, "最新的是第 1 期"),
        ("counties/chenghe/releases/x", 400, "number"),
        ("counties/chenghe/releases/99999999999999999999", 404, "没有第"),
        ("counties/linhe/roster", 404, "还没有公布"),
    ],
)
def test_every_refusal_is_a_sentence(office, client, path, status, words):
    builders.bureau("linhe")
    assert words in get(client, path, status)["error"]


def test_answers_may_be_kept_and_read_by_any_page(office, client):
    response = client.get("/api/v1/counties/chenghe/roster")
    assert (response["Access-Control-Allow-Origin"], "max-age=60" in response["Cache-Control"]) == ("*", True)
    assert client.post("/api/v1/counties/chenghe/roster").status_code == 405
    assert County.objects.count() == 1
