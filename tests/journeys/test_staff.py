"""The bureau's work in the browser: an account signs in, a year is planned, drafted, approved by another, and citizens see it."""

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

YEAR = timezone.localdate().year + 2


def sign_in(open_page, username, path=""):
    page = open_page(f"{path}/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", "demo-reception-day")
    page.click("[type=submit]")
    expect(page.locator("#user-tools")).to_be_visible()
    return page


def test_no_page_of_the_staff_has_a_barrier_by_day_or_by_night(open_page):
    page = sign_in(open_page, "demo-chief", "/en")
    index = page.url
    for path in ("", f"roster/{YEAR - 2}/", "search/", "reception/department/import/", "petitions/case/"):
        for scheme in ("light", "dark"):
            # Before the page is opened: its links change their colour in a moment, not at once.
            page.emulate_media(color_scheme=scheme)
            page.goto(index + path)
            found = Axe().run(page)
            assert found.violations_count == 0, (path, scheme, found.generate_report())


def test_plan_draft_approve_publish(open_page, shoot):
    clerk = sign_in(open_page, "demo-clerk")
    shoot(clerk, "admin-index")
    clerk.goto(clerk.url + f"roster/{YEAR}/")
    clerk.click("button[value=plan]")
    expect(clerk.locator(".messagelist")).to_contain_text("改动 36 处")
    shoot(clerk, "admin-planner")
    clerk.fill("#id_note", f"公布{YEAR}年接访安排。")
    clerk.click("button[value=draft]")
    clerk.click("button[value=submit]")
    expect(clerk.locator("button[value=approve]")).to_be_disabled()
    release = clerk.url

    chief = sign_in(open_page, "demo-chief")
    chief.goto(release)
    chief.click("button[value=approve]")
    chief.click("button[value=publish]")
    expect(chief.locator("text=公开页面")).to_be_visible()
    shoot(chief, "admin-release")
    chief.click("text=公开页面")
    expect(chief.locator("h1")).to_contain_text("第 3 期")

    citizen = open_page(f"/chenghe/roster/{YEAR}/")
    expect(citizen.locator("table.roster tbody")).to_have_count(12)
    assert citizen.locator("text=暂定").count() >= 12


def test_a_wrong_absence_is_refused_and_nothing_typed_is_lost(open_page, shoot):
    clerk = sign_in(open_page, "demo-clerk", "/en")
    clerk.goto(clerk.url + "reception/absence/add/")
    clerk.select_option("#id_leader", index=1)
    clerk.fill("#id_starts_on", "2027-03-20")
    clerk.fill("#id_ends_on", "2027-03-10")
    clerk.fill("#id_note", "family visit")
    clerk.click("[name=_save]")
    expect(clerk.locator(".errorlist").first).to_contain_text("can't come before")
    expect(clerk.locator("#id_note")).to_have_value("family visit")
    shoot(clerk, "admin-absence-en", full=False)


def test_signing_out_ends_it(open_page):
    page = sign_in(open_page, "demo-auditor")
    page.click("#logout-form button")
    expect(page.locator("#logout-form")).to_have_count(0)
    page.goto(page.url.rstrip("/") + "/admin/")
    expect(page.locator("#id_username")).to_be_visible()
