"""A booking followed in a browser: number and code, a change that concerns it, another sitting, cancelling; and the bureau's calls."""

import uuid
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from reception import codes, scope
from reception.actions import submissions, windows
from reception.actions.identities import Person
from reception.models import County, Leader, Sitting, Topic, User
from tests.journeys.looks import LOOKS
from tests.journeys.test_staff import sign_in
from tests.reception import changing


@dataclass
class Booked:
    number: str
    code: str


def book(county, sitting, n):
    with scope.county(county):
        topic = Topic.objects.get_or_create(code="T1", defaults={"name": "住房与城建", "name_en": "Housing"})[0]
        made = submissions.submit(
            sitting=sitting,
            request=submissions.Request(Person(f"居民{'甲乙丙丁'[n]}", f"1380000000{n}"), topic, "楼道长期漏水。", "请安排维修。"),
            key=uuid.uuid4(),
            county=county,
            by=User.objects.system(),
            at=timezone.now(),
        )
    return Booked(made.booking.number, made.code)


@pytest.fixture(scope="module")
def booked(portal):
    """Four bookings with the demo county; then another leader receives at the first one's sitting, and it is published."""
    county, at = County.objects.get(), timezone.now()
    # Wide enough that there is always a sitting to book and one to move to.
    county.booking_opens_days_before = 120
    county.save()
    with scope.county(county):
        rows = Sitting.objects.select_related("day", "leader", "rotation", "place").order_by("day__day", "rotation__position")
        first = next(sitting for sitting in rows.filter(rotation__code="R2") if windows.bookable(sitting, county, at=at))
        other = (
            Leader.objects.exclude(code__in=rows.filter(day=first.day).values("leader__code")).filter(tenures__ends_on=None).first()
        )
        system = User.objects.system()
    made = [book(county, first, n) for n in range(4)]
    changing.substitute(SimpleNamespace(county=county, clerk=system), first, other.code, at=at)
    changing.publish(SimpleNamespace(county=county, clerk=system, chief=system), at=timezone.now())
    return made


def opened(open_page, booked, prefix="", **more):
    page = open_page(f"{prefix}/track/?n={booked.number}", **more)
    page.fill("#id_code", codes.show_code(booked.code))
    page.click("button.btn-primary")
    page.wait_for_url("**/track/case/")
    return page


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_of_it_has_a_barrier(open_page, booked, prefix, shoot):
    page = opened(open_page, booked[0], prefix)
    site = page.url.split(f"{prefix}/track/")[0]
    for path in ("/track/", "/track/case/", "/track/case/move/", "/track/case/cancel/", "/track/case/slip/"):
        for width, scheme in LOOKS[prefix]:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.goto(site + prefix + path)
            found = Axe().run(page)
            assert found.violations_count == 0, (path, width, scheme, found.generate_report())
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} pixels wide at {width}"
            if scheme == "light":
                shoot(page, f"track{prefix.replace('/', '-')}-{path.strip('/').replace('/', '-')}-{width}")


def test_a_slip_of_the_pen_keeps_what_was_typed(open_page, booked, shoot):
    page = open_page(f"/track/?n={booked[0].number}", width=360)
    page.fill("#id_code", codes.show_code(booked[0].code)[:-3])
    page.click("button.btn-primary")
    expect(page.locator(".error-summary")).to_contain_text("可能有误")
    expect(page.locator("#id_number")).to_have_value(booked[0].number)
    assert Axe().run(page).violations_count == 0
    shoot(page, "track-mistyped")


def test_without_a_script_a_changed_booking_is_kept_and_another_moved_and_cancelled(open_page, booked, shoot):
    page = opened(open_page, booked[1], width=360, script=False)
    expect(page.locator(".note-warning")).to_contain_text("您预约的场次有调整")
    page.click("button:has-text('保留这个预约')")
    expect(page.locator("[role=status]")).to_contain_text("您保留这个预约")
    page = opened(open_page, booked[2], width=360, script=False)
    page.click("a:has-text('改期')")
    page.locator("input[name=sitting]:not([disabled])").first.check()
    page.click("button:has-text('确认改期')")
    expect(page.locator("[role=status]")).to_contain_text("已改期")
    shoot(page, "track-moved")
    page.click("a:has-text('取消预约')")
    page.click("button:has-text('取消预约')")
    expect(page.locator("[role=status]")).to_contain_text("预约已取消")
    page.click("button:has-text('退出查询')")
    expect(page.locator("[role=status]")).to_contain_text("已退出查询")


def test_the_bureau_sees_whom_to_call(open_page, booked, shoot):
    page = sign_in(open_page, "demo-clerk")
    site = page.url.split("/admin/")[0]
    page.goto(f"{site}/admin/calls/")
    row = page.locator("article.call", has_text=codes.show_number(booked[3].number))
    expect(row).to_contain_text("****0003")
    row.locator("button[value=show]").click()
    expect(page.locator(".call .notice")).to_contain_text("13800000003")
    shoot(page, "calls")
    found = Axe().run(page, context="#content")
    assert found.violations_count == 0, found.generate_report()
