"""Staff's pages on a host of their own: each page is at its host, and at the other one is led to it."""

import pytest
from django.test import Client

from tests.reception.test_sessions import entered

SITE, STAFF = "xinfang.example.gov.cn", "xinfang-staff.example.gov.cn"
STAFFS = ["/admin/", "/en/admin/", "/accounts/login/", "/accounts/sessions/", "/desk/", "/accounts/password/reset/"]
EVERYBODYS = ["/", "/en/", "/chenghe/", "/help/", "/track/", "/chenghe/roster.ics", "/robots.txt"]


@pytest.fixture
def two_hosts(settings):
    settings.SITE_URL, settings.STAFF_URL = f"http://{SITE}", f"http://{STAFF}"
    settings.ALLOWED_HOSTS = [SITE, STAFF]


@pytest.fixture
def staffs(two_hosts):
    return Client(headers={"Host": STAFF})


@pytest.fixture
def everybodys(two_hosts):
    return Client(headers={"Host": SITE})


@pytest.mark.parametrize("path", STAFFS)
def test_a_page_for_staff_is_at_their_host(office, staffs, everybodys, path):
    assert everybodys.get(f"{path}?next=%2Fadmin%2F")["Location"] == f"http://{STAFF}{path}?next=%2Fadmin%2F"
    assert not staffs.get(path).get("Location", "").startswith("http")


@pytest.mark.parametrize("path", EVERYBODYS)
def test_a_page_for_everybody_is_at_theirs(office, staffs, everybodys, path):
    assert staffs.get(path)["Location"] == f"http://{SITE}{path}"
    assert everybodys.get(path).status_code == 200


def test_a_form_of_staffs_is_taken_at_their_host_alone(office, staffs, everybodys):
    refused = everybodys.post("/accounts/login/", {"login": "chenghe-clerk", "password": "a long demo password"})
    assert (refused.status_code, "不能这样访问" in refused.content.decode()) == (403, True)
    entered(office, staffs)
    assert staffs.get("/admin/").status_code == 200
    assert everybodys.post("/admin/petitions/case/", {"q": "水"}).status_code == 403


@pytest.mark.parametrize("path", ["/healthz/live", "/metrics"])
def test_machines_ask_either(office, staffs, everybodys, path):
    assert staffs.get(path).status_code == everybodys.get(path).status_code == 200


def test_where_there_is_one_host_nobody_is_led_anywhere(office, client):
    assert client.get("/accounts/login/").status_code == client.get("/chenghe/").status_code == 200
