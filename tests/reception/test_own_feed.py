"""A leader's own calendar feed: what it holds, who may make and stop it, and that its address tells nothing."""

import logging

import icalendar
import pytest

from config.logs import WithoutFeedTokens
from reception import scope
from reception.actions import feeds, planning
from reception.errors import Forbidden, Refused
from reception.models import Entry, FeedToken, Leader, RoleGrant, Sitting, Substitution, User
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW


@pytest.fixture
def magistrate(office):
    """The account of 县长乙, who is leader L2."""
    user = builders.user("magistrate", office.county, Role.LEADER)
    with scope.county(office.county):
        Leader.objects.filter(code="L2").update(user=user)
    return user


@pytest.fixture
def secretary(office):
    user = builders.user("secretary", office.county)
    with scope.county(office.county):
        served = Leader.objects.get(code="L2")
        RoleGrant.objects.create(user=user, role=Role.SECRETARY.value, leader=served, starts_on="2020-01-01")
    return user


def leader(office, code="L2"):
    with scope.county(office.county):
        return Leader.objects.get(code=code)


def make(office, by, code="L2"):
    return feeds.make(leader=leader(office, code), county=office.county, by=by, at=NOW)


def read(client, token, *, county="chenghe", path=""):
    response = client.get(f"{path}/{county}/feeds/{token}.ics")
    assert response.status_code == 200
    events = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    return {str(event["uid"]): event for event in events}


def test_it_holds_the_leader_s_own_published_sittings_under_the_public_identities(office, magistrate, client):
    own = read(client, make(office, magistrate))
    public = icalendar.Calendar.from_ical(client.get("/chenghe/roster.ics").content).walk("VEVENT")
    theirs = {str(event["uid"]): event for event in public if "县长乙" in str(event["summary"])}
    assert len(own) == 6
    assert {uid: event["dtstart"].dt for uid, event in own.items()} == {uid: event["dtstart"].dt for uid, event in theirs.items()}
    assert {str(event["status"]) for event in own.values()} == {"CONFIRMED"}


def test_what_is_planned_and_not_published_is_tentative_and_says_so(office, magistrate, client):
    planning.plan_year(county=office.county, year=2027, by=office.clerk, at=NOW)
    own = read(client, make(office, magistrate)).values()
    ahead = [event for event in own if event["dtstart"].dt.year == 2027]
    assert len(ahead) == 6
    assert {str(event["status"]) for event in ahead} == {"TENTATIVE"}
    assert all("尚未公布" in str(event["description"]) and "url" not in event for event in ahead)
    with scope.county(office.county):
        uids = {str(uid) for uid in Sitting.objects.filter(leader__code="L2", day__day__year=2027).values_list("uid", flat=True)}
    assert {str(event["uid"]).partition("@")[0] for event in ahead} == uids


def test_before_the_first_release_there_is_a_feed_of_plans(db, clock, client):
    office = builders.bureau()
    user = builders.user("magistrate", office.county, Role.LEADER)
    with scope.county(office.county):
        Leader.objects.filter(code="L2").update(user=user)
    planning.plan_year(county=office.county, year=2026, by=office.clerk, at=NOW)
    assert {str(event["status"]) for event in read(client, make(office, user)).values()} == {"TENTATIVE"}


@pytest.mark.parametrize("english", [False, True])
def test_a_substituted_sitting_is_cancelled_for_the_one_and_stands_for_the_other(office, magistrate, client, english):
    other = builders.user("secretary-a", office.county, Role.LEADER)
    with scope.county(office.county):
        Leader.objects.filter(code="L1").update(user=other)
        sitting = Sitting.objects.filter(leader__code="L2", day__day__gte="2026-02-01").order_by("day__day").first()
        stands = Leader.objects.get(code="L1")
        Substitution.objects.create(
            sitting=sitting, state="in_force", leader=stands, post=stands.tenures.get().post, reason="meeting",
            portfolio="", requested_by=office.clerk, requested_at=NOW,
        )  # fmt: skip
    builders.published(office, note="替代")
    uid, path = f"{sitting.uid}@chenghe.reception-day", "/en" if english else ""
    assert str(read(client, make(office, magistrate), path=path)[uid]["status"]) == "CANCELLED"
    assert str(read(client, make(office, other, "L1"), path=path)[uid]["status"]) == "CONFIRMED"


def test_making_shows_the_token_once_keeps_its_hash_and_stops_the_one_before(office, magistrate, client):
    first = make(office, magistrate)
    assert read(client, first)
    second = make(office, magistrate)
    assert client.get(f"/chenghe/feeds/{first}.ics").status_code == 404
    assert read(client, second)
    with scope.county(office.county):
        kept = list(FeedToken.objects.values_list("hash", "revoked_at"))
        told = [(entry.act, entry.acting_for, second in str(entry.facts)) for entry in Entry.objects.filter(act="feed.make")]
        active = FeedToken.objects.active_for(leader(office))
    assert {digest for digest, _revoked in kept} == {feeds.hashed(first), feeds.hashed(second)}
    assert told == [("feed.make", "", False)] * 2
    assert (active.hash, len(second)) == (feeds.hashed(second), 43)


def test_revoking_stops_it_and_twice_is_said(office, magistrate, client):
    token = make(office, magistrate)
    feeds.revoke(leader=leader(office), county=office.county, by=magistrate, at=NOW)
    assert client.get(f"/chenghe/feeds/{token}.ics").status_code == 404
    with pytest.raises(Refused, match="没有正在使用"):
        feeds.revoke(leader=leader(office), county=office.county, by=magistrate, at=NOW)
    with scope.county(office.county):
        assert Entry.objects.latest("n").act == "feed.revoke"


def test_a_secretary_makes_it_in_the_leaders_name_and_it_ends_with_their_service(office, secretary, client):
    token = make(office, secretary)
    assert read(client, token)
    with scope.county(office.county):
        assert Entry.objects.latest("n").acting_for == "leader L2"
        RoleGrant.objects.filter(user=secretary).update(ends_on="2026-01-09")
    assert client.get(f"/chenghe/feeds/{token}.ics").status_code == 404


@pytest.mark.parametrize("deed", [feeds.make, feeds.revoke])
def test_nobody_else_makes_or_stops_it(office, magistrate, secretary, deed):
    make(office, magistrate)
    another = builders.user("another", office.county, Role.LEADER)
    with scope.county(office.county):
        Leader.objects.filter(code="L1").update(user=another)
    other = builders.bureau("linhe")
    for person in (office.clerk, office.chief, another, other.chief, User.objects.system()):
        with pytest.raises(Forbidden):
            deed(leader=leader(office), county=office.county, by=person, at=NOW)
    with pytest.raises(Forbidden):
        deed(leader=leader(office, "L1"), county=office.county, by=secretary, at=NOW)
    with scope.county(office.county):
        assert FeedToken.objects.filter(revoked_at=None).count() == 1


def test_whatever_is_wrong_the_answer_is_the_same(office, magistrate, client):
    token = make(office, magistrate)
    builders.bureau("linhe")
    answers = {
        (response.status_code, response.content, response["Cache-Control"])
        for response in map(
            client.get,
            ["/chenghe/feeds/x.ics", f"/linhe/feeds/{token}.ics", f"/nowhere/feeds/{token}.ics", f"/chenghe/feeds/{token}x.ics"],
        )
    }
    assert answers == {(404, "没有这个日历订阅，或已停用。".encode(), "private, no-store")}


def test_no_cache_keeps_it_and_no_referrer_tells_it(office, magistrate, client):
    response = client.get(f"/chenghe/feeds/{make(office, magistrate)}.ics")
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    assert client.post("/chenghe/feeds/x.ics").status_code == 405


def test_the_day_of_use_is_noted(office, magistrate, client):
    read(client, make(office, magistrate))
    with scope.county(office.county):
        assert str(FeedToken.objects.get().last_used_on) == "2026-01-09"


def test_no_log_holds_the_token(office, magistrate, client, caplog):
    """Django writes the path of each request that fails; the handler's filter takes the token out."""
    with caplog.at_level(logging.WARNING):
        client.get("/chenghe/feeds/secret-token.ics")
        client.post("/chenghe/feeds/secret-token.ics")
    assert len(caplog.records) == 2
    for record in caplog.records:
        WithoutFeedTokens().filter(record)
        assert "/chenghe/feeds/…" in record.getMessage()
        assert "secret-token" not in record.getMessage()


def test_the_filter_takes_out_the_token_and_leaves_the_rest():
    record = logging.makeLogRecord({"msg": "%s: %s", "args": ("Not Found", "/en/chenghe/feeds/secret-token.ics?a=1")})
    assert WithoutFeedTokens().filter(record)
    assert record.getMessage() == "Not Found: /en/chenghe/feeds/…?a=1"


def test_the_filter_is_on_every_handler(settings):
    assert all("feeds" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
