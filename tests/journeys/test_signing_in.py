"""Signing in with a second factor in a real browser: an authenticator app, a passkey, and pages without barriers."""

import time
from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.utils import timezone
from playwright.sync_api import expect

from reception import scope
from reception.models import County, RoleGrant, Session, User
from reception.roles import Role
from reception.session_store import SessionStore
from tests.journeys.looks import LOOKS

PASSWORD = "several quiet words"


@pytest.fixture
def clerk(portal, request):
    """A clerk of the demo county who is no demo account, with a password and no second factor."""
    with scope.county(County.objects.get()):
        person = User(username=f"clerk-{request.node.name[-40:]}", name="登记员乙", county=County.objects.get())
        person.email, person.created_at = "clerk@example.invalid", timezone.now()
        # As the server keeps them; this process has quicker ones for the other tests.
        person.password = make_password(PASSWORD, hasher=Argon2PasswordHasher())
        person.save()
        RoleGrant.objects.create(user=person, role=Role.CLERK.value, starts_on=date(2020, 1, 1))
    return person.username


def code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enter(page, username, password=PASSWORD):
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("[type=submit]")


def barriers(page):
    found = Axe().run(page)
    assert found.violations_count == 0, (page.url, found.generate_report())
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url


def with_app(page):
    """From the page that asks for a second factor to the recovery codes; gives the secret of the app."""
    page.click("a[href$='/totp/activate/']")
    secret = page.inner_text(".secret")
    page.fill("#id_code", code(secret))
    page.click("[type=submit]")
    expect(page.locator(".codes li")).to_have_count(10)
    return secret


@pytest.mark.parametrize(("prefix", "width", "scheme"), [(prefix, *look) for prefix, looks in LOOKS.items() for look in looks])
def test_no_page_has_a_barrier(open_page, shoot, clerk, prefix, width, scheme):
    page = open_page(f"{prefix}/accounts/login/", width=width, scheme=scheme)
    barriers(page)
    enter(page, clerk, "wrong")
    expect(page.locator(".error-summary")).to_be_visible()
    barriers(page)
    shoot(page, f"login-{prefix.strip('/') or 'zh'}-{width}-{scheme}")
    page.click("a[href$='/password/reset/']")
    barriers(page)
    page.goto(page.url.replace("password/reset", "login"))
    enter(page, clerk)
    barriers(page)
    shoot(page, f"factors-{prefix.strip('/') or 'zh'}-{width}-{scheme}")
    page.click("a[href$='/totp/activate/']")
    barriers(page)
    shoot(page, f"app-{prefix.strip('/') or 'zh'}-{width}-{scheme}")
    page.go_back()
    page.click("a[href$='/webauthn/add/']")
    barriers(page)
    page.go_back()
    secret = with_app(page)
    barriers(page)
    for address in ("webauthn/", "recovery-codes/generate/", "totp/deactivate/"):
        page.goto(page.url.split("/2fa/")[0] + f"/2fa/{address}")
        barriers(page)
    page.goto(page.url.split("/2fa/")[0] + "/password/change/")
    barriers(page)
    page.goto(page.url.replace("password/change", "logout"))
    barriers(page)
    page.click("main [type=submit]")
    page.goto(page.url.rstrip("/").removesuffix("/en") + f"{prefix}/accounts/login/")
    enter(page, clerk)
    barriers(page)
    shoot(page, f"code-{prefix.strip('/') or 'zh'}-{width}-{scheme}")
    page.fill("#id_code", code(secret))
    page.click("[type=submit]")
    expect(page.locator("#user-tools")).to_be_visible()


def test_a_password_then_a_code(open_page, clerk):
    page = open_page("/admin/reception/post/")
    enter(page, clerk)
    expect(page.locator("h1")).to_have_text("第二重验证")
    secret = with_app(page)
    page.click("text=继续")
    expect(page.locator("#user-tools")).to_be_visible()
    page.click("#logout-form button")

    again = open_page("/admin/reception/post/")
    enter(again, clerk)
    again.fill("#id_code", "000000")
    again.click("[type=submit]")
    expect(again.locator(".error-summary")).to_contain_text("验证码不正确")
    again.fill("#id_code", code(secret))
    again.click("[type=submit]")
    expect(again.locator("#changelist")).to_be_visible()
    assert again.url.endswith("/admin/reception/post/")


def test_a_passkey_under_the_strict_policy(browser, portal, clerk):
    """At the name localhost: browsers give passkeys to names, not to numbers."""
    context = browser.new_context()
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = device | {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    home = portal.replace("127.0.0.1", "localhost")
    page.goto(f"{home}/accounts/login/")
    enter(page, clerk)
    page.click("a[href$='/webauthn/add/']")
    # A press before the page's script has arrived opens nothing.
    page.wait_for_load_state("load")
    page.click("#mfa_webauthn_add")
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto(f"{home}/accounts/2fa/webauthn/")
    expect(page.locator("main li strong")).to_have_text("我的通行密钥")
    page.goto(f"{home}/accounts/logout/")
    page.click("main [type=submit]")
    page.goto(f"{home}/accounts/login/")
    enter(page, clerk)
    page.wait_for_load_state("load")
    page.click("#mfa_webauthn_authenticate")
    expect(page.locator("#user-tools")).to_be_visible()
    assert complaints == []
    context.close()


def left_alone(username):
    """For an hour and more nothing was asked for in any of the person's sessions."""
    with scope.accounts():
        person = User.objects.get(username=username)
    for row in Session.objects.filter(user=person):
        store = SessionStore(row.session_key)
        store["seen"] -= settings.SESSION_IDLE_MINUTES * 60
        store.save()


@pytest.mark.parametrize(("prefix", "width", "scheme"), [("", 1280, "light"), ("/en", 390, "dark")])
def test_after_a_pause_what_was_typed_goes_on_and_other_places_are_ended(open_page, shoot, clerk, prefix, width, scheme):
    page = open_page(f"{prefix}/accounts/login/", width=width, scheme=scheme)
    enter(page, clerk)
    secret = with_app(page)
    elsewhere = open_page(f"{prefix}/accounts/login/")
    enter(elsewhere, clerk)
    elsewhere.fill("#id_code", code(secret))
    elsewhere.click("[type=submit]")
    expect(elsewhere.locator("#user-tools")).to_be_visible()
    page.goto(page.url.split("/accounts/")[0] + "/accounts/sessions/")
    expect(page.locator("main .sitting")).to_have_count(2)
    barriers(page)
    shoot(page, f"sign-ins-{prefix.strip('/') or 'zh'}-{width}-{scheme}")
    page.click("main .sitting button")
    expect(page.locator("main .sitting")).to_have_count(1)
    elsewhere.reload()
    expect(elsewhere.locator("#id_username")).to_be_visible()

    typed = "自来水停了三天，\n“没有人”来修。<b>"
    page.goto(page.url.split("/accounts/")[0].removesuffix("/en") + f"{prefix}/admin/cases/new/")
    page.fill("[name=matter]", typed)
    left_alone(clerk)
    page.click("form.assist [type=submit]")
    expect(page.locator("#id_again-password")).to_be_visible()
    barriers(page)
    shoot(page, f"again-{prefix.strip('/') or 'zh'}-{width}-{scheme}")
    page.fill("#id_again-password", "wrong")
    page.click("main [type=submit]")
    expect(page.locator(".error-summary")).to_be_visible()
    page.fill("#id_again-password", PASSWORD)
    page.click("main [type=submit]")
    expect(page.locator("[name=matter]")).to_have_value(typed)

    left_alone(clerk)
    page.goto(page.url.split("/cases/")[0] + "/cases/new/")
    barriers(page)
    page.fill("#id_password", PASSWORD)
    page.click("main [type=submit]")
    expect(page.locator("[name=matter]")).to_be_visible()


def test_without_scripts_a_code_signs_in(open_page, clerk):
    page = open_page("/accounts/login/", script=False)
    enter(page, clerk)
    with_app(page)
    page.click("text=继续")
    expect(page.locator("#user-tools")).to_be_visible()
