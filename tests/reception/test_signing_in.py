"""Signing in: a name, a password and a second factor, or nothing; and what each refusal says."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse
from structlog.testing import capture_logs

from reception import browsers, scope
from reception.models import Entry, Leader, Message, User
from reception.roles import Role
from tests.reception import builders
from tests.reception.builders import NOW

PASSWORD = "a long demo password"


@pytest.fixture
def security(office):
    return builders.user("security", office.county, Role.SECURITY_ADMIN)


def code(secret, *, at=None):
    return format_hotp_value(hotp_value(secret, int(at or time.time()) // 30))


def factor(person):
    """Set up an authenticator app for a person; gives its secret."""
    secret = generate_totp_secret()
    with scope.accounts():
        TOTP.activate(person, secret)
    return secret


def enter(client, username, password=PASSWORD, following="", path="/accounts/login/"):
    return client.post(path, {"login": username, "password": password, "next": following})


def signed_in(client):
    return "_auth_user_id" in client.session


def acts(office):
    with scope.county(office.county):
        return [entry.act for entry in Entry.objects.filter(act__startswith="account.").order_by("n")]


# The second factor


def test_a_password_alone_opens_only_the_page_that_sets_up_a_second_factor(office, client):
    assert enter(client, "chenghe-clerk")["Location"] == "/accounts/arrive/"
    for address in ("/admin/", "/accounts/arrive/", "/admin/reception/post/"):
        assert client.get(address)["Location"] == "/accounts/2fa/", address
    page = client.get("/accounts/2fa/")
    assert (page.status_code, "请先设置一种第二重验证" in page.content.decode()) == (200, True)
    assert client.get("/chenghe/").status_code == 200


def test_with_a_second_factor_the_password_alone_signs_nobody_in(office, client):
    secret = factor(office.clerk)
    assert enter(client, "chenghe-clerk", following="/admin/reception/post/")["Location"].startswith("/accounts/2fa/authenticate/")
    assert not signed_in(client)
    assert client.get("/admin/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert ("验证码不正确" in wrong.content.decode(), signed_in(client)) == (True, False)
    right = client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert (right["Location"], signed_in(client)) == ("/admin/reception/post/", True)
    assert client.get("/admin/").status_code == 200
    assert acts(office) == ["account.sign_in_failed", "account.signed_in"]


def test_a_code_is_used_once(office, client):
    secret = factor(office.clerk)
    for browser, entered in ((client, True), (Client(), False)):
        enter(browser, "chenghe-clerk")
        browser.post("/accounts/2fa/authenticate/", {"code": code(secret)})
        assert signed_in(browser) == entered


def test_setting_up_shows_recovery_codes_once_writes_it_down_and_ends_other_sessions(committed_db, django_db_blocker):
    with django_db_blocker.unblock():
        office, client, elsewhere = builders.bureau(), Client(), Client()
        enter(elsewhere, "chenghe-clerk")
        enter(client, "chenghe-clerk")
        page = client.get("/accounts/2fa/totp/activate/").content.decode()
        secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
        done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
        assert done["Location"] == "/accounts/2fa/recovery-codes/"
        assert len(re.findall(r"<code>\d{8}</code>", client.get(done["Location"]).content.decode())) == 10
        assert re.findall(r"<code>\d{8}</code>", client.get(done["Location"]).content.decode()) == []
        assert client.get("/admin/").status_code == 200
        assert elsewhere.get("/admin/")["Location"].startswith("/accounts/login/")
        assert acts(office).count("account.second_factor_added") == 2
    assert [letter.subject for letter in mail.outbox] == ["已设置验证器应用"]


def test_the_secret_is_sealed_in_the_database_and_shown_on_no_page_of_the_staffs_site(office, security, sign_in):
    secret = factor(office.clerk)
    with scope.accounts():
        kept = Authenticator.objects.get(user=office.clerk).data["secret"]
    assert (secret in kept, kept[:2]) == (False, "1.")
    page = sign_in(security).get(reverse("admin:reception_user_change", args=[office.clerk.pk])).content.decode()
    assert secret not in page
    assert kept not in page
    assert sign_in(security).get("/admin/mfa/authenticator/").status_code == 404


def test_changing_factors_later_asks_to_confirm_first(office, client, clock):
    secret = factor(office.clerk)
    enter(client, "chenghe-clerk")
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200
    clock.shift(601)
    asked = client.get("/accounts/2fa/totp/deactivate/")["Location"]
    assert asked == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Fdeactivate%2F"
    assert "用验证码确认" in client.get(asked).content.decode()
    assert client.post(asked, {"password": "wrong"}).status_code == 200
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 302
    client.post(asked, {"password": PASSWORD})
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
    assert acts(office)[-1] == "account.second_factor_removed"


# Names and passwords


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(office, client):
    known = enter(client, "chenghe-clerk", "wrong")
    with capture_logs() as log:
        unknown = enter(client, "chenghe-clerX", "wrong")
    assert log == [{"event": "sign-in failed: no such account", "log_level": "warning"}]
    same = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode()).replace("clerX", "clerk")
        for page in (known, unknown)
    ]
    assert (known.status_code, same[0] == same[1]) == (200, True)
    assert "用户名或密码不正确。" in same[0]
    assert acts(office) == ["account.sign_in_failed"]


def test_after_five_wrong_passwords_the_right_one_waits_five_minutes_and_no_longer(office, client, clock):
    for _attempt in range(5):
        enter(client, "chenghe-clerk", "wrong")
    with capture_logs() as log:
        assert "尝试次数过多" in enter(client, "chenghe-clerk").content.decode()
    assert [line["event"] for line in log] == ["sign-in refused: too many attempts"]
    assert not signed_in(client)
    clock.shift(301)
    enter(client, "chenghe-clerk")
    assert signed_in(client)


def test_a_disabled_account_gets_the_answer_of_a_wrong_password(office, client):
    with scope.county(office.county):
        User.objects.filter(pk=office.clerk.pk).update(is_active=False)
    assert "用户名或密码不正确。" in enter(client, "chenghe-clerk").content.decode()


def test_nobody_signs_up(office, client):
    assert client.get("/accounts/signup/").status_code == 404


# Letters


def reset_link(office, client):
    client.post("/accounts/password/reset/", {"email": "chenghe-clerk@example.invalid"})
    return re.search(r"http://\S+/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0].split("/", 3)[3]


def test_a_known_and_an_unknown_address_get_the_same_answer(office, client):
    answers = []
    for address in ("chenghe-clerk@example.invalid", "nobody@example.invalid"):
        response = client.post("/accounts/password/reset/", {"email": address})
        answers.append((response.status_code, response["Location"], client.get(response["Location"]).content))
    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox] == [["chenghe-clerk@example.invalid"]]


def test_a_reset_changes_the_password_once_and_does_not_pass_by_the_second_factor(office, client):
    secret = factor(office.clerk)
    link = "/" + reset_link(office, client)
    form = client.get(link)["Location"]
    new = {"password1": "quite another phrase", "password2": "quite another phrase"}
    assert client.post(form, new)["Location"] == "/accounts/password/reset/key/done/"
    assert not signed_in(client)
    assert enter(client, "chenghe-clerk", "quite another phrase")["Location"].startswith("/accounts/2fa/authenticate/")
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert signed_in(client)
    assert acts(office) == ["account.password_reset", "account.signed_in"]
    assert "重置链接无效" in Client().get(link, follow=True).content.decode()


def test_mail_that_can_t_be_sent_does_not_tell(office, client, monkeypatch):
    def broken(self, *args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", broken)
    assert client.post("/accounts/password/reset/", {"email": "chenghe-clerk@example.invalid"}).status_code == 302


def test_changing_the_password_ends_the_other_sessions_and_writes_a_letter(office, sign_in):
    here, there = sign_in(office.clerk), sign_in(office.clerk)
    twice = {"password1": "quite another phrase", "password2": "quite another phrase"}
    assert "当前密码不正确" in here.post("/accounts/password/change/", {"oldpassword": "x", **twice}).content.decode()
    assert here.post("/accounts/password/change/", {"oldpassword": PASSWORD, **twice}).status_code == 302
    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 302
    assert acts(office) == ["account.password_changed"]
    assert [letter.subject for letter in mail.outbox] == ["密码已更改"]


# Where one arrives


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        ("/admin/roster/2026/", "/admin/roster/2026/"),
        ("https://elsewhere.example/", "/accounts/arrive/"),
        ("//elsewhere.example/", "/accounts/arrive/"),
        ("/\\elsewhere.example/", "/accounts/arrive/"),
        ("javascript:alert(1)", "/accounts/arrive/"),
        ("", "/accounts/arrive/"),
    ],
)
def test_what_was_asked_for_is_shown_where_it_is_ours(office, client, following, expected):
    assert enter(client, "chenghe-clerk", following=following)["Location"] == expected


def test_staff_arrive_at_the_staffs_site(office, sign_in):
    assert sign_in(office.clerk).get("/accounts/arrive/")["Location"] == "/admin/"
    assert sign_in(office.clerk).get("/en/accounts/arrive/")["Location"] == "/en/admin/"


def test_leaders_arrive_at_their_desk_where_there_is_one(office, sign_in, monkeypatch):
    monkeypatch.setattr("reception.views.arrival.reverse", lambda name: f"/{name.split(':')[1]}/")
    leader = builders.user("leader", office.county, Role.LEADER)
    with scope.county(office.county):
        Leader.objects.filter(code="L1").update(user=leader)
    assert sign_in(leader).get("/accounts/arrive/")["Location"] == "/desk/"
    both = builders.user("both", office.county, Role.LEADER, Role.CHIEF)
    assert sign_in(both).get("/accounts/arrive/")["Location"] == "/admin/"


def test_the_staffs_site_sends_to_the_one_door_and_signs_out_by_it(office, client, sign_in):
    assert client.get("/admin/login/?next=/admin/reception/post/")["Location"] == "/accounts/login/?next=/admin/reception/post/"
    assert client.get("/en/admin/")["Location"] == "/en/accounts/login/?next=/en/admin/"
    staff = sign_in(office.clerk)
    staff.post("/admin/logout/")
    assert not signed_in(staff)
    assert acts(office) == ["account.signed_out"]


# The demo


def test_a_demo_account_needs_no_second_factor_in_a_demo_and_nothing_helps_it_elsewhere(office, client, settings):
    builders.user("demo-clerk", office.county, Role.CLERK)
    settings.DEMO = True
    enter(client, "demo-clerk")
    assert client.get("/admin/").status_code == 200
    assert client.get("/accounts/2fa/totp/activate/").status_code == 403
    assert client.post("/accounts/password/change/", {"oldpassword": PASSWORD}).status_code == 403
    settings.DEMO = False
    assert client.get("/admin/").status_code == 302
    assert "用户名或密码不正确。" in enter(Client(), "demo-clerk").content.decode()


def test_in_a_demo_the_others_need_a_second_factor_all_the_same(office, client, settings):
    settings.DEMO = True
    enter(client, "chenghe-clerk")
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"


# A browser that does not know the account


def elsewhere(office):
    with scope.county(office.county):
        rows = Message.objects.filter(kind="signed_in_elsewhere").select_related("recipient")
        return [(row.recipient.username, row.channel, row.facts["device"], row.due_at) for row in rows]


def test_who_signs_in_with_a_browser_that_never_did_before_is_told_and_not_the_first_time_nor_again(office, client):
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"

    def signs_in(browser):
        browser.post("/accounts/login/", {"login": "chenghe-clerk", "password": PASSWORD}, headers={"User-Agent": agent})
        assert signed_in(browser)

    signs_in(client)
    client.post("/accounts/logout/")
    signs_in(client)
    assert elsewhere(office) == []
    signs_in(Client())
    assert elsewhere(office) == [("chenghe-clerk", "email", "Chrome · Windows", NOW)]


def test_nobody_is_told_without_an_address_nor_in_the_accounts_of_the_demo(office, client, settings):
    settings.DEMO = True
    demo = builders.user("demo-clerk", office.county, Role.CLERK)
    with scope.county(office.county):
        User.objects.filter(county=office.county).update(last_login=NOW)
        User.objects.filter(pk=office.clerk.pk).update(email="")
    for name in (demo.username, office.clerk.username):
        enter(Client(), name, "a long demo password")
    assert elsewhere(office) == []
    enter(Client(), office.chief.username)
    assert [row[0] for row in elsewhere(office)] == ["chenghe-chief"]


def test_the_cookie_that_knows_an_account_names_none(office, client):
    enter(client, "chenghe-clerk")
    kept = client.cookies[browsers.COOKIE].value
    assert "chenghe" not in kept
    assert str(office.clerk.pk) not in kept.split(":")[0].split(".")


# Both languages

PAGES = ["login/", "password/reset/", "password/reset/done/", "password/reset/key/1-x/", "2fa/", "2fa/totp/activate/",
         "2fa/webauthn/", "2fa/webauthn/add/", "password/change/", "logout/"]  # fmt: skip


def words(html):
    return re.sub(r"<script.*?</script>|<[^>]+>", " ", html.split("<body>")[1], flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_speaks_one_language(office, client, page):
    if not page.startswith(("login", "password/reset")):
        enter(client, "chenghe-clerk")
    zh = client.get(f"/accounts/{page}")
    en = client.get(f"/en/accounts/{page}")
    assert (zh.status_code, en.status_code) == (200, 200)
    assert re.findall(r"[A-Za-z]{3,}(?: [a-z]{2,})+", words(zh.content.decode()).replace("English", "")) == []
    assert re.findall(r"[\u4e00-\u9fff]", words(en.content.decode()).replace("中文", "")) == []


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("login/", {}),
        ("login/", {"login": "chenghe-clerk", "password": "wrong"}),
        ("password/reset/", {"email": "no address"}),
        ("2fa/totp/activate/", {"code": "1"}),
        ("2fa/webauthn/add/", {"name": "x", "credential": "{}"}),
        ("password/change/", {"oldpassword": "x", "password1": "short", "password2": "other"}),
    ],
)
def test_each_refusal_speaks_the_language_of_the_page(office, client, page, data):
    if not page.startswith(("login", "password/reset")):
        enter(client, "chenghe-clerk")
    zh = client.post(f"/accounts/{page}", data).content.decode()
    en = client.post(f"/en/accounts/{page}", data).content.decode()
    assert "error-summary" in zh
    assert "error-summary" in en
    assert re.findall(r"[A-Za-z]{3,}(?: [a-z]{2,})+", words(zh).replace("English", "")) == []
    assert re.findall(r"[\u4e00-\u9fff]", words(en).replace("中文", "")) == []


def test_no_page_needs_an_inline_script(office, client):
    enter(client, "chenghe-clerk")
    for page in PAGES:
        response = client.get(f"/accounts/{page}", follow=True)
        scripts = re.findall(r"<script([^>]*)>", response.content.decode())
        assert all('src="' in attributes or 'type="application/json"' in attributes for attributes in scripts)
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]
