"""After an hour in which nothing was asked for one says again that it is oneself, and nothing that was typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from reception import scope
from reception.models import Entry, Topic
from tests.reception.test_sessions import COOKIE, entered, stolen
from tests.reception.test_signing_in import PASSWORD

ASKED = "/accounts/reauthenticate/?next=%2Fadmin%2Freception%2Ftopic%2F%3Fq%3D1"
TOPIC = {"code": "T9", "name": "用水", "name_en": "Water", "words": "停水、\n水压", "position": "9", "_save": "1"}


@pytest.fixture
def idle(office, client, clock):
    """The chief's browser after an hour in which nothing was asked for."""
    entered(office, client, office.chief)
    assert client.get("/admin/").status_code == 200
    clock.shift(3601)
    return client


def topics(office):
    with scope.county(office.county):
        return {topic.code: topic.words for topic in Topic.objects.filter(code="T9")}


def test_who_does_something_each_hour_is_never_asked(office, client, clock):
    entered(office, client)
    for _n in range(7):
        clock.shift(3590)
        assert client.get("/admin/").status_code == 200


def test_a_page_is_shown_once_the_password_was_typed(idle):
    page = idle.get("/admin/reception/topic/?q=1")
    assert page["Location"] == ASKED
    assert "60 分钟没有操作" in idle.get(ASKED).content.decode()
    assert idle.get("/admin/reception/topic/?q=1").status_code == 302
    before = idle.cookies[COOKIE].value
    back = idle.post(ASKED, {"password": PASSWORD, "next": "/admin/reception/topic/?q=1"})
    assert back["Location"] == "/admin/reception/topic/?q=1"
    assert idle.get("/admin/reception/topic/?q=1").status_code == 200
    # With a new key, and the one before opens nothing.
    assert idle.cookies[COOKIE].value != before
    assert stolen(before).get("/admin/").status_code == 302


def test_a_form_is_held_and_is_done_with_the_password_and_only_then(office, idle):
    address = reverse("admin:reception_topic_add")
    asked = idle.post(address, TOPIC)
    page = asked.content.decode()
    assert (asked.status_code, asked["Cache-Control"].split(",")[0], topics(office)) == (200, "max-age=0", {})
    assert all(f'name="{name}" value="' in page for name in TOPIC)
    assert "停水、\n水压" in page
    wrong = idle.post(address, TOPIC | {"again-password": "no"})
    assert ("密码不正确" in wrong.content.decode(), "停水、\n水压" in wrong.content.decode(), topics(office)) == (True, True, {})
    right = idle.post(address, TOPIC | {"again-password": PASSWORD})
    assert (right.status_code, topics(office)) == (302, {"T9": "停水、 水压"})
    assert idle.get("/admin/").status_code == 200
    with scope.county(office.county):
        told = str([entry.facts for entry in Entry.objects.all()])
    assert PASSWORD not in told


def test_files_cannot_be_held_and_are_asked_for_by_name(idle):
    address = reverse("admin:reception_topic_add")
    page = idle.post(address, TOPIC | {"scan": SimpleUploadedFile("<照片>.png", b"x")}).content.decode()
    assert "文件要重新选择：&lt;照片&gt;.png" in page
    assert '<input type="file" name="scan"' in page
    assert 'enctype="multipart/form-data"' in page


def test_guessing_is_bounded(idle):
    address = reverse("admin:reception_topic_add")
    pages = [idle.post(address, TOPIC | {"again-password": f"no {n}"}) for n in range(12)]
    assert (pages[0].status_code, pages[-1].status_code) == (200, 429)
    # The form is held all the same.
    assert ("请稍后再试" in pages[-1].content.decode(), "停水、\n水压" in pages[-1].content.decode()) == (True, True)


def test_the_way_out_and_public_pages_ask_nobody(office, idle):
    assert idle.get("/accounts/logout/").status_code == 200
    assert idle.get(f"/{office.county.slug}/").status_code == 200


@override_settings(SESSION_IDLE_MINUTES=30)
def test_the_office_may_make_it_shorter(office, client, clock):
    entered(office, client)
    client.get("/admin/")
    clock.shift(1801)
    assert client.get("/admin/")["Location"].startswith("/accounts/reauthenticate/")


def test_a_session_of_before_this_was_counted_begins_to_be(office, client, clock):
    entered(office, client)
    session = client.session
    del session["seen"]
    session.save()
    clock.shift(3601)
    assert client.get("/admin/").status_code == 200
    clock.shift(3601)
    assert client.get("/admin/").status_code == 302
