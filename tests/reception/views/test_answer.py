"""The one-time link: a GET shows, a POST answers, once; nothing of it is kept by a cache, a log or a search engine."""

import logging

import pytest
from django.core import mail
from django.test import Client

from reception import scope
from reception.actions import asking
from reception.models import Answer, Message, Substitution
from reception.sending import send_due
from tests.reception import builders
from tests.reception.actions.test_answers import AT, account, asked, link, sitting


@pytest.fixture
def linked(office, clock):
    clock.move_to(AT)
    account(office, sitting(office).leader.code)
    answer = asked(office)
    return office, answer, f"/chenghe/answer/{link(office, answer)}/"


def text(response):
    return response.content.decode()


def state(office, answer):
    with scope.county(office.county):
        return Answer.objects.get(pk=answer.pk).state


def test_it_shows_day_place_and_hours_and_changes_nothing(linked, client):
    office, answer, path = linked
    for _again in range(2):
        page = client.get(path)
        assert page.status_code == 200
        for words in ("2026年2月24日", "人民来访接待中心", "08:30–11:30", answer.leader.name):
            assert words in text(page)
    assert state(office, answer) == "asked"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_it_is_stored_and_found_nowhere(linked, client, prefix):
    page = client.get(prefix + linked[2])
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert page["Referrer-Policy"] == "strict-origin"
    assert linked[2].split("/")[3] not in text(page).replace(f"{linked[2]}", "")


def test_a_post_without_the_forms_token_is_refused(linked):
    assert Client(enforce_csrf_checks=True).post(linked[2], {"do": "accept"}).status_code == 403


def test_accepting_once_and_then_it_says_what_stands(linked, client):
    office, answer, path = linked
    assert "已确认出席" in text(client.post(path, {"do": "accept"}))
    assert state(office, answer) == "accepted"
    again = client.post(path, {"do": "decline", "reason": "leave"})
    assert (again.status_code, "已经用过" in text(again)) == (410, True)
    shown = client.get(path)
    assert (shown.status_code, "登录领导工作台" in text(shown), "<form" in text(shown)) == (410, True, False)
    assert state(office, answer) == "accepted"


def test_declining_asks_for_the_reason(linked, client):
    office, answer, path = linked
    assert "请选择事由" in text(client.post(path, {"do": "decline"}))
    assert state(office, answer) == "asked"
    assert "已告知不能出席" in text(client.post(path, {"do": "decline", "reason": "illness"}))
    with scope.county(office.county):
        assert Substitution.objects.get().reason == "illness"


def test_once_the_day_is_over_it_says_so(linked, client, clock):
    clock.move_to(AT.replace(day=26))
    page = client.get(linked[2])
    assert (page.status_code, "已经过去" in text(page)) == (410, True)
    assert "已经过去" in text(client.post(linked[2], {"do": "accept"}))


@pytest.mark.parametrize("wrong", ["x", "A" * 65, "é" * 65, "../../admin"])
def test_a_link_that_is_wrong_leads_on(linked, client, wrong):
    page = client.get(f"/chenghe/answer/{wrong}/")
    assert page.status_code == 404


def test_a_changed_letter_and_another_county_are_unknown(linked, client):
    path = linked[2]
    builders.bureau("linhe")
    flipped = path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:]
    for other in (flipped, path.replace("chenghe", "linhe"), path.replace("chenghe", "nowhere")):
        page = client.post(other, {"do": "accept"})
        assert (page.status_code, page["Cache-Control"]) == (404, "no-store")
    assert state(*linked[:2]) == "asked"


def test_the_letter_carries_the_link_and_the_log_does_not(linked, client, settings, caplog):
    office, answer, path = linked
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with caplog.at_level(logging.DEBUG):
        send_due(office.county, now=lambda: AT)
        client.get(path)
        client.post(path[:-3] + "xx/", {"do": "accept"})
    letters = [letter for letter in mail.outbox if path in letter.body]
    assert [letter.to for letter in letters] == [["the-leader@example.invalid"]]
    with scope.county(office.county):
        token = asking.token(Answer.objects.get(pk=answer.pk))
        assert token not in str(list(Message.objects.values()))
    assert token not in caplog.text
