"""The front: a page is made once and answered rightly, never mixes editions, turns at midnight, and keeps nothing private."""

import gzip
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import brotli
import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path as at
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from config.urls import urlpatterns as real
from reception import scope
from reception.http import public
from reception.making import FOR_DOCUMENTS
from reception.models import County, Sitting
from tests.reception import builders
from tests.reception.builders import NOW
from tests.reception.fronts import ask, front

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEPT = [
    "/",
    "/chenghe/",
    "/chenghe/roster/2026/",
    "/chenghe/days/2026-02-24/",
    "/chenghe/releases/",
    "/chenghe/releases/1/",
    "/chenghe/roster.ics",
    "/chenghe/roster.csv",
    "/chenghe/changes.atom",
    "/api/v1/counties",
    "/api/v1/counties/chenghe/roster",
    "/api/v1/counties/chenghe/releases",
    "/api/v1/counties/chenghe/releases/1",
]


@pytest.fixture
def shop(office, settings, tmp_path):
    settings.SNAPSHOT_DIR = tmp_path / "snapshot"
    return front()


BOTH = [*KEPT, *(f"/en{path}" for path in KEPT if not path.startswith("/api"))]


def test_a_page_is_what_its_view_answers_and_asks_nothing_the_second_time(shop, client):
    for path in BOTH:
        plain = client.get(path)
        first = ask(shop, path)
        with CaptureQueriesContext(connection) as queries:
            again = ask(shop, path)
        assert (first.status, first.body) == (again.status, again.body) == (200, plain.content)
        assert len(queries) == 0
        assert path in shop.shelf.young
        spared = set() if "html" in plain["Content-Type"] else FOR_DOCUMENTS
        for name in plain.headers.keys() - {"ETag", "Vary", "Content-Length"} - spared:
            assert again.headers[name.lower()] == plain.headers[name]
        assert not spared & {name.title() for name in again.headers}
        assert again.headers["content-length"] == str(len(plain.content))
        assert (again.headers["vary"], again.headers["etag"][:1]) == ("Accept-Encoding", '"')


def test_every_page_of_an_edition_is_made_from_one_reading(shop):
    """Whatever is asked for first, the others need the database no more: the edition is held."""
    ask(shop, "/chenghe/")
    with CaptureQueriesContext(connection) as queries:
        for path in BOTH:
            assert ask(shop, path).status == 200
    assert len(queries) == 0


def test_the_same_page_in_each_form(shop):
    for path in BOTH:
        plain = ask(shop, path)
        packed = ask(shop, path, accept_encoding="gzip")
        short = ask(shop, path, accept_encoding="gzip, br")
        assert gzip.decompress(packed.body) == plain.body == brotli.decompress(short.body)
        assert [seen.headers.get("content-encoding") for seen in (plain, packed, short)] == [None, "gzip", "br"]
        assert len({seen.headers["etag"] for seen in (plain, packed, short)}) == 3


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_head_and_304(shop, accepted):
    for path in KEPT:
        got = ask(shop, path, accept_encoding=accepted)
        head = ask(shop, path, "HEAD", accept_encoding=accepted)
        assert (head.status, head.headers, head.body) == (200, got.headers, b"")
        tag = got.headers["etag"]
        for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = ask(shop, path, accept_encoding=accepted, if_none_match=asked)
            assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
            assert again.headers["cache-control"] == got.headers["cache-control"]
            assert "content-length" not in again.headers
        assert ask(shop, path, accept_encoding="gzip" if accepted != "gzip" else "br", if_none_match=tag).status == 200


def test_pages_are_only_read(shop):
    for _kept_or_not in range(2):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"):
            seen = ask(shop, "/chenghe/", method)
            assert (seen.status, seen.headers["allow"]) == (405, "GET, HEAD")
        ask(shop, "/chenghe/")


def test_a_query_that_the_view_does_not_read_changes_nothing_and_one_that_it_reads_is_read(shop):
    assert ask(shop, "/chenghe/", query="utm=1").body == ask(shop, "/chenghe/").body
    assert ask(shop, "/api/v1/counties/chenghe/roster", query="year=2031").status == 404
    assert ask(shop, "/api/v1/counties/chenghe/roster", query="year=2026").status == 200
    assert set(shop.shelf.young) == {"/chenghe/", "/api/v1/counties/chenghe/roster"}


def test_nothing_of_a_visitor_reaches_what_others_are_sent(shop, settings):
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    settings.SITE_URL = "https://office.example"
    evil = {
        "cookie": "django_language=en; sessionid=x",
        "accept_language": "en",
        "x_forwarded_host": "evil.example",
        "x_forwarded_proto": "http",
    }
    for address in KEPT:
        seen = ask(shop, address, host="evil.example", **evil)
        assert (seen.status, b"evil.example" in seen.body, "set-cookie" in seen.headers) == (200, False, False)
        assert seen.body == ask(shop, address).body
    assert b"https://office.example/chenghe/days/" in ask(shop, "/chenghe/roster.ics").body.replace(b"\r\n ", b"")
    assert b"https://office.example/chenghe/releases/1/" in ask(shop, "/chenghe/changes.atom").body


def test_a_host_that_is_not_ours_is_refused_kept_or_not(shop):
    for _kept_or_not in range(2):
        for host in ("evil.example", "", "testserver.evil.example", "a b", "testserver@evil"):
            assert ask(shop, "/chenghe/", host=host).status == 400
        assert ask(shop, "/chenghe/").status == 200


def test_a_new_release_reaches_the_pages_of_its_county_and_leaves_the_others(shop, office):
    other = builders.bureau("linhe")
    builders.published(other)
    assert ask(shop, "/linhe/").status == 200
    shop.editions.look()
    for address in (*KEPT, "/linhe/", "/linhe/roster.ics"):
        ask(shop, address)
    kept = dict(shop.shelf.young)
    builders.published(office, year=2027)
    shop.editions.look()
    assert set(shop.shelf.young) == {"/linhe/", "/linhe/roster.ics"}
    assert all(shop.shelf.young[address] is kept[address] for address in shop.shelf.young)
    assert "第 2 期" in ask(shop, "/chenghe/releases/").text
    assert ask(shop, "/chenghe/roster/2027/").status == 200


def test_what_changes_of_a_county_reaches_its_pages(db, clock, settings, tmp_path):
    settings.SNAPSHOT_DIR = None
    office = builders.bureau()
    shop = front()
    assert "0000-1234567" in ask(shop, "/chenghe/").text
    County.objects.filter(pk=office.county.pk).update(phone="0000-7654321")
    shop.editions.look()
    assert "0000-7654321" in ask(shop, "/chenghe/").text


def test_a_county_saved_by_someone_who_read_it_long_ago_loses_no_release(office):
    before = County.objects.get()
    builders.published(office, year=2027)
    now = County.objects.get()
    before.save()
    after = County.objects.get()
    assert (after.latest_release, after.published_days) == (now.latest_release, now.published_days)
    assert (now.latest_release, len(now.published_days)) == (2, 24)
    assert after.edition > now.edition > before.edition


def test_a_page_made_while_a_release_came_out_is_not_kept(shop, office, monkeypatch):
    ask(shop, "/chenghe/")
    really = shop.django.get_response

    def slow(request):
        response = really(request)
        builders.published(office, year=2027)
        shop.editions.look()
        return response

    monkeypatch.setattr(shop.django, "get_response", slow)
    assert "第 1 期" in ask(shop, "/chenghe/roster/2026/").text
    monkeypatch.undo()
    assert "/chenghe/roster/2026/" not in shop.shelf.young
    assert "第 2 期" in ask(shop, "/chenghe/roster/2026/").text


def test_a_view_that_asks_the_database_never_mixes_two_editions(office, settings, monkeypatch):
    """A release comes out between the roster's reading and the view's: the view is called again with the new roster."""
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr("reception.http.scope.held", _unheld)
    shop = front()
    calls.clear()
    meanwhile.append(lambda: builders.published(office, year=2027))
    seen = ask(shop, "/mixed/chenghe/")
    assert (seen.text, calls) == ("2 24", [1, 2])


def test_the_day_turns_at_midnight_of_the_county(shop, clock):
    clock.move_to(datetime(2026, 1, 14, 23, 48, tzinfo=SHANGHAI))
    shop.editions.turn()
    assert "明天" in ask(shop, "/chenghe/").text
    assert "max-age=60" in ask(shop, "/chenghe/").headers["cache-control"]
    clock.move_to(datetime(2026, 1, 14, 23, 59, 59, tzinfo=SHANGHAI))
    shop.editions.turn()
    late = ask(shop, "/chenghe/")
    assert "明天" in late.text
    assert "max-age=5," in late.headers["cache-control"], "nobody keeps it past midnight"
    clock.move_to(datetime(2026, 1, 15, 0, 0, 0, tzinfo=SHANGHAI))
    with CaptureQueriesContext(connection) as queries:
        shop.editions.turn()
        today = ask(shop, "/chenghe/")
    assert "今天" in today.text
    assert "max-age=60" in today.headers["cache-control"]
    assert len(queries) == 0, "the release is held, so midnight asks nobody"


def test_a_page_begun_before_midnight_is_not_kept_after_it(shop, clock, monkeypatch):
    clock.move_to(datetime(2026, 1, 14, 23, 59, 59, tzinfo=SHANGHAI))
    ask(shop, "/chenghe/roster/2026/")
    really = shop.django.get_response

    def slow(request):
        response = really(request)
        clock.move_to(datetime(2026, 1, 15, 0, 0, 1, tzinfo=SHANGHAI))
        shop.editions.turn()
        return response

    monkeypatch.setattr(shop.django, "get_response", slow)
    ask(shop, "/chenghe/")
    monkeypatch.undo()
    assert "今天" in ask(shop, "/chenghe/").text


# Views of other kinds, under addresses of the tests' own.

calls: list[int] = []
meanwhile: list = []


def _unheld(county):
    """As `scope.held`, for a view that asks at once."""
    raise scope.Unheld


def mixed(request, county):
    from reception.http import in_county

    @in_county
    def asking(request, county, roster):
        calls.append(roster.number)
        if meanwhile:
            meanwhile.pop()()
        return HttpResponse(f"{roster.number} {len(roster.days)}")

    return asking(request, county=county)


@login_not_required
def unmarked(request):
    return HttpResponse("unmarked", headers={"Cache-Control": "public, max-age=60"})


@public
def with_cookie(request):
    response = HttpResponse("cookie")
    response.set_cookie("a", "b")
    return response


@public
def by_session(request):
    request.session.get("anything")
    return HttpResponse("session")


@public
def by_header(request):
    return HttpResponse("agent", headers={"Vary": "User-Agent"})


@public
def not_public(request):
    return HttpResponse("mine", headers={"Cache-Control": "private"})


@public
def embedded(request):
    return HttpResponse("<body>embed", headers={"Content-Security-Policy": "frame-ancestors https:", "X-Own": "1"})


urlpatterns = [
    at("mixed/<slug:county>/", public(mixed)),
    at("unmarked/", unmarked),
    at("cookie/", with_cookie),
    at("session/", by_session),
    at("header/", by_header),
    at("private/", not_public),
    at("embedded/", embedded),
    *real,
]


def test_what_is_not_plainly_public_is_never_kept(db, clock):
    with override_settings(ROOT_URLCONF=__name__):
        shop = front()
        for name in ("unmarked", "cookie", "session", "header", "private"):
            assert ask(shop, f"/{name}/").status == 200
            assert len(shop.shelf) == 0


def test_a_view_keeps_its_own_headers(db, clock):
    with override_settings(ROOT_URLCONF=__name__):
        shop = front()
        first, kept = ask(shop, "/embedded/"), ask(shop, "/embedded/")
        assert (kept.headers["x-own"], kept.headers["content-security-policy"]) == ("1", "frame-ancestors https:")
        assert first == kept
        assert len(shop.shelf) == 1


def test_what_one_person_sees_is_never_sent_to_another(shop, office, sign_in):
    mine = sign_in(office.clerk).cookies["sessionid"].value
    theirs = sign_in(office.chief).cookies["sessionid"].value
    private = [
        "/admin/",
        "/en/admin/",
        "/admin/reception/release/",
        "/admin/x.css",
        "/admin/;/x.css",
        "/admin%2fx.ics",
        "//admin/",
        "/admin/roster.ics",
    ]
    for address in private:
        own = ask(shop, address, cookie=f"sessionid={mine}")
        others = ask(shop, address, cookie=f"sessionid={theirs}")
        nobody = ask(shop, address)
        assert "chenghe-clerk" not in nobody.text
        assert address != "/admin/" or own.body != others.body
        assert own.status in (200, 301, 302, 404)
        assert nobody.status != 200
    assert len(shop.shelf) == 0
    assert "chenghe-clerk" not in ask(shop, "/chenghe/", cookie=f"sessionid={mine}").text


hostile = st.text(st.characters(max_codepoint=255), max_size=40)


@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    address=st.one_of(
        hostile.map(lambda text: f"/{text}"), st.sampled_from(KEPT).flatmap(lambda kept: hostile.map(lambda text: kept + text))
    ),
    method=st.one_of(
        st.sampled_from(["GET", "HEAD", "POST", "OPTIONS"]),
        st.text(st.characters(codec="ascii", categories=["Lu"]), min_size=1, max_size=9),
    ),
    query=hostile,
    headers=st.dictionaries(
        st.sampled_from(
            [
                "accept-encoding",
                "if-none-match",
                "cookie",
                "accept-language",
                "range",
                "if-modified-since",
                "x-forwarded-proto",
                "accept",
            ]
        ),
        hostile,
    ),
)
def test_nothing_hostile_brings_it_down(shop, address, method, query, headers):
    seen = ask(shop, address, method, query=query, **{name.replace("-", "_"): value for name, value in headers.items()})
    assert seen.status < 500
    assert set(shop.shelf.young) <= set(KEPT) | {f"/en{kept}" for kept in KEPT}


def test_the_last_moment_of_the_clock_is_no_surprise(shop, clock):
    clock.move_to(NOW + timedelta(days=400))
    shop.editions.turn()
    assert ask(shop, "/chenghe/").status == 200


def test_a_page_with_a_changed_place_is_new_only_after_its_release(shop, office):
    before = ask(shop, "/chenghe/days/2026-12-15/").body
    with scope.county(office.county):
        place = Sitting.objects.select_related("place").first().place
        place.address = "新址1号"
        place.save()
    shop.editions.look()
    assert ask(shop, "/chenghe/days/2026-12-15/").body == before
