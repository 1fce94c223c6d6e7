"""Marked people go every way into the portal, and things go wrong on the way; then none of the marks is anywhere but in the vault.

Names, numbers, addresses, and what a file was called or says of its maker, are nowhere in clear. The words of a matter stand in its own
rows, and in no log, message, session, address or journal.
"""

import logging
import tempfile

import pytest
from django.core import mail
from django.core.cache import caches
from django.db import IntegrityError, connection
from django.test import Client

from config.celery import app
from petitions.models import Case
from reception import scope, tasks
from reception.actions import messages
from reception.gateways import NullGateway
from reception.models import Entry, Release
from reception.models.counties import IdentityNumber
from tests.access import marks, ways
from tests.access.marks import IDENTITY, MARKS, MATTER
from tests.canary import Lines
from tests.databases import ROLES, administer
from tests.petitions.receptions import AT
from tests.reception import bookers, builders

# The matter's own words, where they belong.
ITS_OWN = {
    "reception_booking": ("matter", "wish"),
    "petitions_case": ("matter", "wish"),
    # For the search in them.
    "petitions_casetext": ("text",),
}


@pytest.fixture
def log():
    lines = Lines()
    logging.getLogger().addHandler(lines)
    yield lines.stream
    logging.getLogger().removeHandler(lines)


@pytest.fixture
def temporary(tmp_path, monkeypatch, settings):
    """Where files go: temporary ones, and the sealed ones."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return tmp_path


@pytest.fixture
def office(committed_db, clock, temporary, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SMS_URL = "null://"
    administer(ROLES.read_text(), committed_db)
    connection.close()
    office = builders.bureau()
    builders.published(office)
    bookers.topic(office)
    with scope.county(office.county):
        office.county.identity_number = IdentityNumber.OPTIONAL
        office.county.save()
    clock.move_to(AT)
    return office


def row_that_fails():
    """PostgreSQL itself is given a marked row that it refuses, and would tell all of it."""
    names = [f"said{n}" for n in range(len(MARKS))]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE marked ({', '.join(f'{name} text' for name in names)}, CHECK (said0 = ''))")
        cursor.execute(f"INSERT INTO marked VALUES ({', '.join(['%s'] * len(names))})", list(MARKS.values()))


def fails(*_given, **_more):
    with pytest.raises(IntegrityError) as refused:
        row_that_fails()
    assert marks.found(str(refused.value)) == set(MARKS), "the error itself tells all"
    raise RuntimeError(" ".join(MARKS.values())) from refused.value


def go(office, sign_in, monkeypatch):
    """Every way once, and what goes wrong; the browsers, with what they noted."""
    browser, clerk, chief = (ways.Noting(one) for one in (Client(), sign_in(office.clerk), sign_in(office.chief)))
    ways.books(browser, office)
    ways.writes(browser)
    ways.comes(clerk, office)
    ways.works(chief, office)
    ways.errs(browser, clerk)
    with monkeypatch.context() as broken:
        broken.setattr("petitions.actions.letters.start", fails)
        broken.setattr("reception.rounds.once", fails)
        told = {"addressed_to": "L1", "topic": "T1", "people": "1", **MATTER, **ways.PERSON}
        browser.post("/chenghe/letters/new/", told, status=500)
        tasks.send_messages.apply()
    connection.close()
    with scope.county(office.county):
        release = Release.objects.published().first()
        for case in Case.objects.all():
            facts = {"case": case.number, "draft": release.pk, "step": "published", "reason": "地点有误"}
            messages.queue(kind="release_step", cause=f"case {case.number}", to=office.clerk, due_at=AT, facts=facts)
    tasks.settle.apply()
    return browser, clerk, chief


def test_the_looking_finds_each_mark_wherever_it_is_planted(office, log, temporary):
    """So that finding nothing means something."""
    server = marks.ServerLog()
    words = " ".join(MARKS.values())
    logging.getLogger("canary").warning("%s", words)
    caches["default"].set("canary", words)
    (temporary / "planted").write_text(words)
    client = Client()
    session = client.session
    session["planted"] = words
    session.save()
    with scope.county(office.county):
        last = Entry.objects.latest("n")
        topic = bookers.topic(office)
        topic.words = words
        topic.save()
    assert marks.found(log.getvalue()) == marks.found(marks.cache()) == marks.found(marks.files(temporary)) == set(MARKS)
    seen = marks.columns(connection.settings_dict["NAME"], MARKS)
    assert {("reception_topic", "words", name) for name in MARKS} | {
        ("reception_session", "opened", name) for name in MARKS
    } == seen
    assert last.pk
    app.send_task("canary", args=[words], queue="canary")
    try:
        assert marks.found(marks.valkey()) == set(MARKS)
    finally:
        marks.forget("canary")
    with marks.superuser("postgres") as other, other.cursor() as cursor, pytest.raises(Exception, match="canary"):
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'canary ' || %s; END $$", [words])
    assert marks.found(server.said()) == set(MARKS)


def test_none_of_the_marks_is_anywhere_but_where_it_belongs(office, sign_in, log, temporary, monkeypatch):
    server, texts = marks.ServerLog(), []
    monkeypatch.setattr(NullGateway, "send", lambda _self, text: texts.append(text.words))
    browsers = go(office, sign_in, monkeypatch)
    with scope.county(office.county):
        assert Case.objects.count() >= 2
        assert Entry.objects.filter(act="identity.read").exists()
    tasks.send_messages.apply_async(queue="canary")
    try:
        assert marks.found(marks.valkey()) == set()
    finally:
        marks.forget("canary")
    assert "RuntimeError" in log.getvalue()
    assert "IntegrityError" in log.getvalue()
    assert marks.found(log.getvalue()) == set()
    assert b"violates check constraint" in server.said()
    assert marks.found(server.said()) == set()
    assert marks.found(marks.cache()) == set()
    assert marks.found(marks.files(temporary)) == set()
    for browser in browsers:
        assert marks.found("\n".join(browser.addresses)) == set()
        assert marks.found(b"\n".join(browser.errors)) == set()
    assert mail.outbox
    letters = "\n".join(f"{one.subject}\n{one.body}" for one in mail.outbox)
    assert marks.found(letters + "\n".join(texts)) == set()


def test_no_column_outside_of_the_vault_has_a_mark(office, sign_in, monkeypatch):
    go(office, sign_in, monkeypatch)
    seen = marks.columns(connection.settings_dict["NAME"], MARKS)
    assert {place for place in seen if place[2] in IDENTITY} == set()
    of_matters = {(table, column) for table, column, mark in seen if mark in MATTER}
    assert {(table, column) for table, column in of_matters if column not in ITS_OWN.get(table, ())} == set()
    assert ("reception_booking", "matter") in of_matters
    assert ("petitions_case", "wish") in of_matters
