"""From called to the receipt: a clerk writes the minutes with the keyboard, is told what is missing, saves, prints, corrects."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from petitions.demo import RECEPTIONS, _called
from reception import scope
from reception.models import County, Sitting
from tests.journeys.test_staff import sign_in


@pytest.fixture
def called(portal):
    """One more visitor of the demo's last reception day, called and not yet recorded: the address of the form."""
    with scope.county(County.objects.get(slug="chenghe")):
        county = County.objects.get(slug="chenghe")
        today = timezone.localdate(timezone=county.zone)
        rows = Sitting.objects.filter(day__day__lt=today).exclude(state="cancelled").select_related("day", "leader", "place")
        sitting = rows.order_by("-day__day", "-rotation__position").first()
        begun = datetime.combine(sitting.day.day, sitting.starts, county.zone) + timedelta(hours=2)
        booking = _called(RECEPTIONS[0], 7, sitting, begun, county)
    return f"/admin/bookings/{booking.pk}/minutes/"


def test_from_called_to_the_receipt(open_page, portal, called, shoot):
    clerk = sign_in(open_page, "demo-clerk")
    clerk.goto(portal + called)
    expect(clerk.locator("#id_asked")).to_have_value("所住小区三号楼楼道长期漏水，多次向物业反映未修。\n请有关部门督促维修。")
    # The demo has no earlier case of this person's telephone, so there is nothing to join.
    clerk.fill("#id_ended", "10:50")
    clerk.press("#id_asked", "Tab")
    clerk.keyboard.type("请住建局牵头维修。")
    clerk.click("button.default")
    expect(clerk.locator(".errornote")).to_be_visible()
    expect(clerk.locator("#id_said")).to_have_value("请住建局牵头维修。")
    clerk.select_option("#id_task0-department", label="县住房和城乡建设局")
    clerk.fill("#id_task0-deliverable", "修好漏水")
    clerk.check("#id_read_back")
    shoot(clerk, "admin-minutes")
    clerk.click("button.default")
    expect(clerk.locator(".messagelist")).to_contain_text("打印受理单")
    shoot(clerk, "admin-case")
    receipt = clerk.request.get(portal + clerk.locator("a:has-text('打印受理单')").get_attribute("href"))
    assert receipt.body().startswith(b"%PDF")
    clerk.click("a[href*='/minutes/']:has-text('更正')")
    clerk.fill("#id_reason", "时限有误")
    clerk.fill("#id_said", "请住建局牵头，两周内修好。")
    clerk.click("button.default")
    expect(clerk.locator("h2", has_text="第 2 版")).to_be_visible()
    expect(clerk.locator("h2", has_text="第 1 版")).to_be_visible()
