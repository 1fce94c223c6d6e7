"""The change notice as a page, on the day's page and in the Atom feed; releases say how far ahead they came, and why when late."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
import time_machine

from reception import scope
from reception.actions import days, releases
from reception.models import Place, ReceptionDay, Sitting
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def out(office, draft, at=NOW, **more):
    """Submitted, approved by someone else, published."""
    other = builders.user(f"chief-{draft.pk}", office.county, Role.CHIEF)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=at)
    releases.approve(release=draft, county=office.county, by=other, at=at)
    return releases.publish(release=draft, county=office.county, by=other, at=at, **more)


def cancelled(office, on, at=NOW, **more):
    with scope.county(office.county):
        day = ReceptionDay.objects.get(day=on)
        said = {"reason": "会议室停电", "reason_en": "power cut", "county": office.county, "by": office.chief, "at": at}
        draft = days.cancel(day=day, **said)
    return out(office, draft, at, **more)


def test_the_notice_says_what_was_what_is_why_and_when(office, client):
    cancelled(office, "2026-03-16")
    page = text(client.get("/chenghe/releases/2/notice/"))
    assert "<h1>关于2026年3月领导接访调整的公告</h1>" in page
    assert "发布时间：2026-01-09 10:00" in page
    assert "提前 66 天公布" in page
    row = page[page.index('<tr id="cancelled-') : page.index("</tbody>")]
    assert "<del>2026年3月16日（星期一）</del>" in row
    assert "<ins>取消</ins>" in row
    assert "会议室停电" in row
    assert "澄河县信访局" in page
    english = text(client.get("/en/chenghe/releases/2/notice/"))
    assert "<h1>Notice of changes to the leaders&#x27; receptions of March 2026</h1>" in english
    assert "power cut" in english


def test_the_notice_is_dated_by_the_countys_calendar(office, client):
    """Published at 23:30 in London's time on the 20th: in the county that is the 21st."""
    cancelled(office, "2026-03-16", at=datetime(2026, 1, 20, 23, 30, tzinfo=UTC))
    page = text(client.get("/chenghe/releases/2/notice/"))
    assert "发布时间：2026-01-21 07:30" in page
    assert '<p class="signature">澄河县信访局<br>2026年1月21日</p>' in page


def test_where_there_is_no_notice_the_page_says_so_and_offers_those_there_are(office, client):
    first = client.get("/chenghe/releases/1/notice/")
    assert (first.status_code, "第 1 期是首期，没有调整公告" in text(first)) == (404, True)
    cancelled(office, "2026-03-16")
    builders.published(office, year=2027)
    none = client.get("/chenghe/releases/3/notice/")
    assert (none.status_code, "第 3 期没有调整此前公布的接访安排" in text(none)) == (404, True)
    assert 'href="/chenghe/releases/2/notice/"' in text(none)
    assert client.get("/chenghe/releases/9/notice/").status_code == 404
    assert client.get("/chenghe/releases/x/notice/").status_code == 404


def test_the_release_links_its_notice_and_says_how_far_ahead_it_came(office, client):
    cancelled(office, "2026-03-16")
    assert 'href="/chenghe/releases/2/notice/"' in text(client.get("/chenghe/releases/2/"))
    assert "/notice/" not in text(client.get("/chenghe/releases/1/"))
    assert "2026-01-09 10:00 公布，提前 6 天" in text(client.get("/chenghe/releases/1/"))
    listed = text(client.get("/chenghe/releases/"))
    assert re.findall(r'data-label="提前">(\d+) 天', listed) == ["66", "6"]
    assert 'href="/chenghe/releases/2/notice/"' in listed


def test_a_late_release_says_why_on_its_page_and_its_notice(office, client):
    at = datetime(2026, 3, 15, 4, tzinfo=UTC)
    cancelled(office, "2026-03-16", at=at, late_reason="临时停电", late_reason_en="a sudden power cut")
    for path in ("/chenghe/releases/2/", "/chenghe/releases/2/notice/"):
        assert "<strong>未能提前 2 天公布的原因：</strong>临时停电" in text(client.get(path))
        assert "a sudden power cut" in text(client.get("/en" + path))
    assert "晚于规定" in text(client.get("/chenghe/releases/"))


def test_the_day_lists_its_own_changes_the_newest_first(office, client):
    with scope.county(office.county):
        Sitting.objects.filter(day__day="2026-03-16", rotation__code="R1").update(capacity=20)
    draft = releases.draft(county=office.county, by=office.clerk, at=NOW)
    out(office, draft)
    cancelled(office, "2026-03-16")
    page = text(client.get("/chenghe/days/2026-03-16/"))
    section = page[page.index("此前的调整") :]
    assert [section.index("接访取消") < section.index("可预约批次调整")] == [True]
    assert re.findall(r"/releases/(\d)/notice/#", section) == ["3", "2"]
    assert "此前的调整" not in text(client.get("/chenghe/days/2026-04-15/"))


def test_each_item_is_an_entry_of_the_feed_that_keeps_its_id(office, client):
    cancelled(office, "2026-03-16")

    def entries(path="/chenghe/changes.atom"):
        feed = ET.fromstring(client.get(path).content)
        return [(e.find("a:id", ATOM).text, e.find("a:title", ATOM).text, e) for e in feed.findall("a:entry", ATOM)]

    found = entries()
    assert [title for _id, title, _entry in found] == ["接访取消：2026年3月16日", "接访安排第 2 期", "接访安排第 1 期"]
    item = found[0][2]
    assert "/chenghe/releases/2/notice/#cancelled-" in item.find("a:link", ATOM).get("href")
    assert item.find("a:updated", ATOM).text == "2026-01-09T02:00:00+00:00"
    assert "原定：2026年3月16日（星期一）。调整为：取消。原因：会议室停电。" in item.find("a:summary", ATOM).text
    cancelled(office, "2026-05-15")
    assert found[0][0] in [id_ for id_, _title, _entry in entries()]
    assert len({id_ for id_, _title, _entry in entries()}) == len(entries()) == 5


def test_one_countys_notices_are_not_the_others(office, client):
    other = builders.bureau("linhe")
    builders.published(other)
    cancelled(office, "2026-03-16")
    assert client.get("/linhe/releases/2/notice/").status_code == 404
    assert "接访取消" not in text(client.get("/linhe/changes.atom"))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_difference_names_every_kind_of_field_in_words(office, client, prefix):
    """Hours, place, visits, departments, telephone, visitor notice, booking: in both directions, and never a raw document."""
    with scope.county(office.county):
        sitting = Sitting.objects.get(day__day="2026-03-16", rotation__code="R1")
        town = Place.objects.create(
            code="TOWN", name="清溪镇政府", name_en="Qingxi Town Hall", address="建设路3号", address_en="3 Jianshe Road"
        )
        Sitting.objects.filter(pk=sitting.pk).update(ends="12:00", place=town, capacity=9, portfolio="新的分管")
        department = type(sitting).departments.rel.model.objects.get(code="D01")
        sitting.attendances.create(department=department)
    county = office.county
    county.phone, county.notice, county.booking_closes_workdays_before = "0000-7654321", "带身份证\n另一条", 2
    county.notice_en, county.booking, county.supervision_phone = "Another line", "网上预约", "0000-1111111"
    county.bureau_en = "Petition Bureau of Chenghe"
    county.save()
    out(office, releases.draft(county=county, by=office.clerk, at=NOW))
    for path in ("/chenghe/releases/2/", "/chenghe/releases/2/since/1/", "/chenghe/releases/1/since/2/"):
        page = text(client.get(prefix + path))
        values = ["08:30–12:00", "0000-7654321", "0000-1111111", "新的分管", "0000-1234567"]
        values += (
            ["Qingxi Town Hall 3 Jianshe Road", "Another line", "Petition Bureau"] if prefix else ["清溪镇政府 建设路3号", "另一条"]
        )
        assert [value for value in values if value not in page] == []
        changes = page[page.index('<div class="changes">') : page.index("</main>")]
        assert not re.search(r"""[{\[]['"&]|&#x27;zh|&quot;zh|None|workdays_before""", changes)
        swapped = path.endswith("1/since/2/")
        assert ("<del>08:30–12:00</del>" in page) is swapped


def test_a_texts_other_language_alone_is_a_difference_that_is_seen(office, client):
    office.county.bureau_en = "Bureau for Petitions"
    office.county.save()
    out(office, releases.draft(county=office.county, by=office.clerk, at=NOW))
    page = text(client.get("/chenghe/releases/2/"))
    assert "信访部门（另一语言）" in page
    assert "<ins>Bureau for Petitions</ins>" in page


def test_the_fragment_may_be_framed_and_nothing_else(office, client):
    found = client.get("/chenghe/embed/")
    page = text(found)
    assert "2026年1月15日" in page
    assert "县委书记甲" in page
    assert "08:30–11:30" in page
    assert 'href="/chenghe/days/2026-01-15/" target="_top"' in page
    assert "<script" not in page
    assert "<form" not in page
    assert "style=" not in page
    policy = dict(part.strip().split(" ", 1) for part in found["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == "*"
    assert policy["default-src"] == "'none'"
    assert policy["form-action"] != "*"
    assert "X-Frame-Options" not in found
    assert "Set-Cookie" not in found
    assert found["X-Content-Type-Options"] == "nosniff"
    for path in ("/chenghe/", "/chenghe/releases/1/", "/chenghe/days/2026-01-15/", "/nothing/embed/"):
        other = client.get(path)
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_a_fragment_that_did_not_change_keeps_its_headers(office, client):
    """The browser lays a 304's headers over what it kept: with the strict ones the frame would go blank on the second visit."""
    first = client.get("/chenghe/embed/")
    again = client.get("/chenghe/embed/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert "frame-ancestors *" in again["Content-Security-Policy"]
    assert "X-Frame-Options" not in again


@pytest.mark.parametrize(
    ("hosts", "ancestors", "denied"),
    [
        (
            "https://www.example.gov.cn https://oa.example.gov.cn:8443",
            "https://www.example.gov.cn https://oa.example.gov.cn:8443",
            False,
        ),
        ("", "'none'", True),
    ],
)
def test_the_county_says_which_websites_may_frame_it(office, client, hosts, ancestors, denied):
    office.county.embed_hosts = hosts
    office.county.full_clean()
    office.county.save()
    found = client.get("/en/chenghe/embed/")
    assert f"frame-ancestors {ancestors};" in found["Content-Security-Policy"] + ";"
    assert ("X-Frame-Options" in found) is denied
    assert "Secretary A" in text(found)


@pytest.mark.parametrize(
    "hosts", ["http://a.cn", "https://a.cn/path", "a.cn", "https://a.cn; script-src *", "* https://a.cn", "https://*"]
)
def test_what_is_no_origin_is_refused(office, hosts):
    from django.core.exceptions import ValidationError

    office.county.embed_hosts = hosts
    with pytest.raises(ValidationError, match="embed_hosts"):
        office.county.full_clean()


def test_the_fragment_of_a_county_without_a_day_to_come_says_so(office, client):
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC), tick=False):
        page = text(client.get("/chenghe/embed/"))
    assert "暂时没有已公布的下一个接访日" in page
    assert 'target="_top"' in page


def test_the_fragment_says_what_is_changed(office, client):
    cancelled(office, "2026-01-15")
    assert "2026年2月24日" in text(client.get("/chenghe/embed/")), "a cancelled day is not the next one"
    assert client.post("/chenghe/embed/").status_code == 405
