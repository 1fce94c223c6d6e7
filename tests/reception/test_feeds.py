"""The calendar feed, read back by another library's eyes: each sitting an event, with its identity, hours and state."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest

from reception import scope
from reception.actions import days, releases
from reception.models import ReceptionDay, Sitting
from tests.reception import builders
from tests.reception.builders import NOW

SHANGHAI = ZoneInfo("Asia/Shanghai")


def events(client, path="/chenghe/roster.ics"):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


def test_each_sitting_is_an_event_at_its_hours(office, client):
    found = events(client)
    assert len(found) == 24
    first = found[0]
    assert first.decoded("dtstart") == datetime(2026, 1, 15, 8, 30, tzinfo=SHANGHAI)
    assert first.decoded("dtend") == datetime(2026, 1, 15, 11, 30, tzinfo=SHANGHAI)
    assert (str(first["summary"]), str(first["status"])) == ("领导接访：县委书记甲（县委书记）", "CONFIRMED")
    assert len({str(event["uid"]) for event in found}) == 24


def test_lines_are_short_and_end_as_the_standard_says(office, client):
    raw = client.get("/chenghe/roster.ics").content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_feed_carries_its_time_zone(office, client):
    calendar = icalendar.Calendar.from_ical(client.get("/chenghe/roster.ics").content)
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]


def test_an_event_keeps_its_identity_and_counts_its_changes(office, client):
    before = {str(event["uid"]): int(event["sequence"]) for event in events(client)}
    with scope.county(office.county):
        changed = Sitting.objects.get(day__day="2026-12-15", rotation__code="R2")
        Sitting.objects.filter(pk=changed.pk).update(capacity=20)
    draft = releases.draft(county=office.county, by=office.clerk, at=NOW)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=office.chief, at=NOW)
    releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)
    after = {str(event["uid"]): int(event["sequence"]) for event in events(client)}
    own = f"{changed.uid}@chenghe.reception-day"
    assert after == before | {own: 1}


def test_a_provisional_day_is_tentative_and_says_so(office, client):
    builders.published(office, year=2027)
    tentative = [event for event in events(client) if str(event["status"]) == "TENTATIVE"]
    assert {event.decoded("dtstart").year for event in tentative} == {2027}
    assert all(str(event["summary"]).startswith("[暂定]") for event in tentative)


def test_the_english_feed_speaks_english(office, client):
    assert str(events(client, "/en/chenghe/roster.ics")[0]["summary"]) == "Leaders' reception: Secretary A (County Party Secretary)"


@pytest.mark.parametrize("name", ["甲\r\nBEGIN:VEVENT", "甲;,\\乙", "甲\u202e乙", "甲\x07"])
def test_a_name_can_not_break_out_of_its_line(db, clock, client, name):
    office = builders.bureau()
    with scope.county(office.county):
        leader = Sitting._meta.get_field("leader").related_model.objects.get(code="L1")
        leader.name = name
        leader.save()
    builders.published(office)
    assert len(events(client)) == 24


def test_a_county_without_a_release_has_no_feed(db, clock, client):
    builders.bureau()
    assert client.get("/chenghe/roster.ics").status_code == 404


def test_an_added_day_is_told_by_its_title_and_not_by_the_rule(office, client):
    with scope.county(office.county):
        made = days.add_extra(
            day=ReceptionDay(day=date(2026, 2, 5), title="下访石桥镇"), county=office.county, by=office.clerk, at=NOW
        )
        ReceptionDay.objects.filter(pk=made.pk).update(reasons=[{"day": "2026-02-05", "is": "working", "name": {}, "document": ""}])
        like = Sitting.objects.select_related("leader", "post", "place").filter(day__day="2026-02-24").first()
        Sitting.objects.create(
            day=made, leader=like.leader, post=like.post, place=like.place, starts=like.starts, ends=like.ends, capacity=3
        )
    draft = releases.draft(county=office.county, by=office.clerk, at=NOW)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=office.chief, at=NOW)
    releases.publish(release=draft, county=office.county, by=office.chief, at=NOW)
    page = client.get("/chenghe/days/2026-02-05/").content.decode()
    assert page.count("按决定增加的接访：下访石桥镇。") == 3, "why, its change notice, and the event's description"
    assert "即为接访日" not in page
    assert "规定：每月" not in page
    (event,) = [one for one in events(client) if one.decoded("dtstart").date() == date(2026, 2, 5)]
    assert str(event["description"]).startswith("按决定增加的接访：下访石桥镇。")
