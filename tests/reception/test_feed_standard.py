"""The calendar feed against RFC 5545, by a reader of our own that knows nothing of the library that writes it; with hostile names."""

import copy
import re
import unicodedata
from datetime import date

import icalendar
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from reception import feeds, published, scope
from reception.actions import days, releases
from reception.models import ReceptionDay
from reception.roles import Role
from scheduling.releases import with_sequences
from tests.reception import builders
from tests.reception.builders import NOW
from tests.reception.test_notices import day, document, sitting

REQUIRED = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "SEQUENCE", "URL", "TRANSP"}
NAME = re.compile(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', re.DOTALL)


def read(raw):
    """The components of a feed as ``(name, [(property, parameters, value)])``. Raises `AssertionError` where it breaks the standard."""
    assert raw.endswith(b"\r\n")
    lines = raw[:-2].split(b"\r\n")
    for line in lines:
        assert len(line) <= 75, "3.1: lines of at most 75 octets"
        assert b"\r" not in line, "3.1: CR and LF only together"
        assert b"\n" not in line, "3.1: CR and LF only together"
        line.decode("utf-8")  # No character is cut in two.
    unfolded = re.sub(rb"\r\n[ \t]", b"", raw[:-2]).decode().split("\r\n")
    stack, found = [], []
    for line in unfolded:
        assert not [c for c in line if unicodedata.category(c) == "Cc" and c != "\t"], "3.1: no control characters"
        matched = NAME.fullmatch(line)
        assert matched, f"3.1: {line!r} is no content line"
        name, parameters, value = matched.groups()
        if name == "BEGIN":
            stack.append((value, []))
        elif name == "END":
            component = stack.pop()
            assert component[0] == value, "3.6: components nest"
            found.append(component)
        else:
            stack[-1][1].append((name, parameters, value))
    assert not stack
    return found


def check(raw):
    """What the standard asks of a whole feed; gives its events as dictionaries."""
    components = read(raw)
    assert [name for name, _rows in components].count("VCALENDAR") == 1
    zones = {value for name, rows in components if name == "VTIMEZONE" for prop, _p, value in rows if prop == "TZID"}
    events = []
    for name, rows in components:
        names = [prop for prop, _p, _v in rows]
        assert REQUIRED[name] <= set(names), f"{name} lacks {REQUIRED[name] - set(names)}"
        for prop, parameters, value in rows:
            assert names.count(prop) == 1 or prop not in ONCE, f"3.6.1: {prop} once"
            zone = re.search(r";TZID=([^;:]+)", parameters)
            assert zone is None or zone[1].strip('"') in zones, "3.6.5: a VTIMEZONE for each TZID"
            if prop in ("SUMMARY", "DESCRIPTION", "LOCATION"):
                assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), f"3.3.11: {value!r} is not escaped"
                assert not [c for c in value if unicodedata.category(c) == "Cf"], "nothing turns the direction of reading"
        if name == "VEVENT":
            event = {prop: value for prop, _p, value in rows}
            assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"]), "3.8.7.2: DTSTAMP in UTC"
            assert event["STATUS"] in ("TENTATIVE", "CONFIRMED", "CANCELLED")
            assert re.fullmatch(r"\d+", event["SEQUENCE"])
            assert event["DTSTART"] < event["DTEND"]
            events.append(event)
    assert len({event["UID"] for event in events}) == len(events), "3.8.4.7: UIDs differ"
    return events


def feed(*rows, zone="Asia/Shanghai", **words):
    county = {"slug": "chenghe", "name": {"zh": "澄河县", "en": ""}, "time_zone": zone, "phone": "0000-1"} | words
    return feeds.calendar(
        published.Roster(document(*rows) | {"county": county}, "0" * 64), address="https://example.invalid/chenghe"
    ).to_ical()


def test_the_checker_finds_what_is_wrong():
    """A check that can't fail proves nothing: each rule is broken once."""
    raw = feed(day())
    check(raw)
    for broken in (
        raw.replace(b"\r\n", b"\n"),
        raw.replace(b"SUMMARY:", b"SUMMARY:" + b"x" * 80),
        re.sub(rb"DTSTAMP:.*?\r\n", b"", raw),
        re.sub(rb"(DTSTAMP:.*?)Z\r\n", rb"\1\r\n", raw),
        raw.replace(b"TZID:Asia/Shanghai", b"TZID:Asia/Tokyo"),
        raw.replace(b"SUMMARY:", b"SUMMARY:a;b"),
        raw.replace(b"SUMMARY:", b"SUMMARY:\x07"),
        raw.replace(b"END:VEVENT", b"END:VTODO"),
        raw.replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nUID:again"),
    ):
        assert broken != raw
        with pytest.raises((AssertionError, KeyError)):
            check(broken)


# Every character but NUL, which the database refuses, and lone surrogates, which no UTF-8 holds; the troublesome ones often.
hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
    st.text(st.sampled_from("\r\n\t,;:\\\"'^=甲😀👨‍👩‍👧\u202e\u2066\u200b\u2028\u2029\ufeff\x07\x1b\x85éá"), max_size=60),
    st.text(st.sampled_from("甲😀a,"), min_size=200, max_size=400),
    st.sampled_from(["END:VEVENT\r\nBEGIN:VEVENT", "\r\n ATTENDEE:mailto:x", "\\", "\\n", "a\\;b", "BEGIN:VALARM"]),
)


def readable(words):
    """What a reader shall see of a text: line ends as one, without controls and marks of direction."""
    dropped = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join(c for c in words.replace("\r\n", "\n") if c == "\n" or unicodedata.category(c) not in dropped)


@settings(max_examples=150, deadline=None)
@given(name=hostile, place=hostile, portfolio=hostile, county=hostile, language=st.sampled_from(["zh-hans", "en"]))
def test_no_name_breaks_the_standard_and_each_is_read_back(name, place, portfolio, county, language):
    def text(words):
        return {"zh": words, "en": ""}

    seat = sitting(
        leader={"name": text(name), "post": text("县长"), "portfolio": text(portfolio)},
        place={"name": text(place), "address": text("")},
    )
    with translation.override(language):
        raw = feed(day(sittings=[seat, sitting("s2")]), name=text(county))
    assert len(check(raw)) == 2
    first = icalendar.Calendar.from_ical(raw).walk("VEVENT")[0]
    assert readable(name) in str(first["summary"])
    assert str(first["location"]) == readable(place)
    assert readable(portfolio) in str(first["description"])
    assert first.errors == []


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Urumqi", "Europe/London", "America/New_York", "UTC"])
def test_every_zone_is_in_the_feed_with_the_hours_it_had(zone):
    raw = feed(day(on="2026-01-15"), day("d2", "2026-07-15", sittings=[sitting("s2")]), zone=zone)
    check(raw)
    starts = [event.decoded("dtstart") for event in icalendar.Calendar.from_ical(raw).walk("VEVENT")]
    assert [(at.date(), at.hour, at.minute) for at in starts] == [(date(2026, 1, 15), 8, 30), (date(2026, 7, 15), 8, 30)]


changes = st.lists(
    st.sampled_from(["move", "cancel", "restore", "capacity", "provisional", "substitute", "nothing"]), min_size=1, max_size=6
)


@settings(deadline=None)
@given(changes)
def test_over_any_releases_an_event_keeps_its_uid_and_its_sequence_only_grows(steps):
    """From release to release: the same UIDs; SEQUENCE is never lower, and higher where the event says something else."""
    now = document(day())
    before = {event["UID"]: event for event in check(roster(now))}
    for number, step in enumerate(steps, start=2):
        then = copy.deepcopy(now) | {"number": number}
        (row,) = then["days"]
        match step:
            case "move":
                row["day"] = "2026-03-18" if row["day"] == "2026-03-16" else "2026-03-16"
            case "cancel" | "restore":
                row["state"] = "cancelled" if step == "cancel" else "published"
            case "capacity":
                row["sittings"][0]["capacity"] += 1
            case "provisional":
                row["status"] = "provisional" if row["status"] == "confirmed" else "confirmed"
            case "substitute":
                row["sittings"][0]["leader"] = {"name": {"zh": f"替代{number}", "en": ""}, "post": {"zh": "县长", "en": ""}}
                row["sittings"][0]["leader"]["portfolio"] = {"zh": "", "en": ""}
        now = with_sequences(now, then)
        after = {event["UID"]: event for event in check(roster(now))}
        assert set(after) == set(before)
        for uid, event in after.items():
            said = [
                {k: v for k, v in one.items() if k not in ("SEQUENCE", "DTSTAMP", "DESCRIPTION")} for one in (event, before[uid])
            ]
            grown = int(event["SEQUENCE"]) - int(before[uid]["SEQUENCE"])
            assert grown in (0, 1)
            assert grown == 1 or said[0] == said[1]
        before = after


def roster(one):
    county = {"slug": "chenghe", "name": {"zh": "澄河县", "en": ""}, "time_zone": "Asia/Shanghai", "phone": ""}
    return feeds.calendar(published.Roster(one | {"county": county}, "0" * 64), address="https://example.invalid/chenghe").to_ical()


def decided(office, verb, *, on="2026-03-16", **more):
    """A day decided on by the chief, then submitted, approved by another chief and published."""
    other = builders.user(f"chief-{verb}", office.county, Role.CHIEF)
    with scope.county(office.county):
        row = ReceptionDay.objects.get(day=on)
        said = {"reason": "停电", "reason_en": "", "county": office.county, "by": office.chief, "at": NOW}
        draft = getattr(days, verb)(day=row, **said, **more)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=NOW)
    releases.approve(release=draft, county=office.county, by=other, at=NOW)
    releases.publish(release=draft, county=office.county, by=other, at=NOW)


def test_the_whole_feed_of_an_office_keeps_the_standard(office, client):
    for path in ("/chenghe/roster.ics", "/en/chenghe/roster.ics"):
        assert len(check(client.get(path).content)) == 24


def test_a_moved_day_keeps_its_uids_and_raises_their_sequence_and_a_cancelled_one_stays(office, client):
    def events():
        return {event["UID"]: event for event in check(client.get("/chenghe/roster.ics").content)}

    before = events()
    decided(office, "move", to=date(2026, 3, 18))
    moved = events()
    assert set(moved) == set(before)
    changed = [uid for uid in moved if moved[uid]["DTSTART"] != before[uid]["DTSTART"]]
    assert len(changed) == 2
    assert {(moved[uid]["DTSTART"], moved[uid]["SEQUENCE"]) for uid in changed} == {("20260318T083000", "1")}
    assert {moved[uid]["SEQUENCE"] for uid in set(moved) - set(changed)} == {"0"}
    decided(office, "cancel", on="2026-03-18")
    gone = events()
    assert set(gone) == set(before)
    assert {(gone[uid]["STATUS"], gone[uid]["SEQUENCE"]) for uid in changed} == {("CANCELLED", "2")}
