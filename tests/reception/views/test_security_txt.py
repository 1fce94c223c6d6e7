"""``/.well-known/security.txt``: whom to tell of a weakness (RFC 9116); nothing where the office names nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.checks import run_checks

from reception.views.site import expires

ADDRESS = "/.well-known/security.txt"
CONTACT = "mailto:security@example.gov.cn"


def fields(response):
    return [line.split(": ", 1) for line in response.content.decode().splitlines()]


def test_it_says_whom_to_write_to_and_until_when(office, client, settings):
    settings.SECURITY_CONTACT = CONTACT
    settings.SITE_URL = "https://xinfang.example.gov.cn"
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert fields(answer) == [
        ["Contact", CONTACT],
        ["Expires", "2026-08-01T00:00:00Z"],
        ["Preferred-Languages", "zh, en"],
        ["Canonical", "https://xinfang.example.gov.cn/.well-known/security.txt"],
    ]
    assert "public" in answer["Cache-Control"]
    assert client.post(ADDRESS).status_code == 405


def test_it_is_the_same_for_a_month_so_caches_may_keep_it(office, client, settings, clock):
    settings.SECURITY_CONTACT = CONTACT
    first = client.get(ADDRESS)
    clock.move_to(datetime(2026, 2, 1, 2, 0, tzinfo=UTC))
    assert client.get(ADDRESS, headers={"If-None-Match": first["ETag"]}).status_code == 304
    clock.move_to(datetime(2026, 2, 2, 2, 0, tzinfo=UTC))
    assert client.get(ADDRESS, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_it_ends_on_the_first_of_a_month_within_a_year_and_no_sooner_than_in_half_a_one():
    day, last = date(2024, 1, 1), date(2030, 12, 31)
    while day <= last:
        end = expires(on=day)
        months = (end.year - day.year) * 12 + end.month - day.month
        assert end.day == 1
        assert months == 6 if day.day == 1 else months == 7
        assert 180 < (end - day).days < 365
        day += timedelta(days=1)


def test_where_nobody_is_named_there_is_no_such_file(office, client, settings):
    settings.SECURITY_CONTACT = ""
    answer = client.get(ADDRESS)
    assert (answer.status_code, "本站没有公布接收安全问题的联系方式。" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize(
    "contact", ["", CONTACT, "https://example.gov.cn/report", "https://example.gov.cn:8443", "https://example.gov.cn"]
)
def test_a_right_address_passes_the_check(settings, contact):
    settings.SECURITY_CONTACT = contact
    assert [fault for fault in run_checks(tags=["security"]) if fault.id == "reception.E001"] == []


@pytest.mark.parametrize(
    "contact",
    [
        "security@example.gov.cn",
        "http://example.gov.cn/report",
        "tel:+8600000000",
        "mailto:security@example.gov.cn\nContact: mailto:else@example.invalid",
        "mailto:security@example.gov.cn mailto:b@example.gov.cn",
        "mailto:",
        "https://",
        "javascript:alert(1)",
    ],
)
def test_any_other_is_refused_before_anything_is_served(settings, contact):
    settings.SECURITY_CONTACT = contact
    [fault] = [fault for fault in run_checks(tags=["security"]) if fault.id == "reception.E001"]
    assert (fault.is_serious(), "SECURITY_CONTACT" in fault.msg) == (True, True)
