"""Every kind of letter, through a real mail server: both languages, day and weekday, the same words as text and as a page, no one named
who must not be. ``LETTERS`` names a folder in which what was received is put."""

import email
import html
import os
import re
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from django.conf import settings as site
from django.utils import translation

from reception import news, scope, sending, tasks
from reception.actions import messages
from reception.models import (
    Answer,
    Attendance,
    Booking,
    Channel,
    Department,
    Leader,
    Message,
    ReceptionDay,
    Sitting,
    Substitution,
    Tenure,
)
from reception.roles import Role
from reception.words import english
from tests.faults import receivers
from tests.reception import bookers, builders, changing
from tests.reception.builders import NOW

KINDS = sorted(folder.name for folder in (site.BASE_DIR / "templates" / "messages").glob("*") if (folder / "body.txt").exists())
# What says a day must say its weekday, in both languages; these say a year, a number or what stands in the portal.
NO_DAY = {"decree_missing", "release_step", "digest"}
# Where one is asked to come, it says where.
PLACED = {"answer_asked", "answer_asked_secretary", "attendance", "receives_next", "substitution_asked", "substitution_in_force"}
APOSTROPHE = "Anna O'Neil & Sons"


@pytest.fixture
def office(standing, clock):
    return standing


@pytest.fixture
def told_within(monkeypatch):
    """News within the portal, for the letter that gathers it; whose they are in life is the room above's to say."""

    def lines(rows, _person, _county, _on):
        said = "Time limit for handling 3 March 2026: overdue" if english() else "办理期限 2026年3月3日届满，已超期"
        return {row.pk: news.Line(said, "/desk/", True) for row in rows}

    monkeypatch.setitem(news.LINES, "a test's", lines)


@pytest.fixture
def world(office, told_within):
    """A roster that changed, a sitting with all that is asked and said of it, and a booking that complains of another leader."""
    booked = bookers.book(office, 1, at=NOW).booking
    with scope.county(office.county):
        sitting = Sitting.objects.select_related("day", "leader", "place").get(pk=booked.sitting_id)
        receives = sitting.leader
        receives.user = builders.user("receives", office.county, Role.LEADER)
        receives.name_en = APOSTROPHE
        receives.save()
        other = Leader.objects.exclude(pk=receives.pk).order_by("-pk").first()
        other.name = "被控告的领导"
        other.save()
        Booking.objects.filter(pk=booked.pk).update(accused_leader=other)
        answer = Answer.objects.create(sitting=sitting, leader=receives, day=sitting.day.day, asked_at=NOW)
        department = Department.objects.first() or Department.objects.create(code="D9", name="住房和城乡建设局")
        Attendance.objects.get_or_create(sitting=sitting, department=department)
        tenure = Tenure.objects.filter(leader=receives).select_related("post").first()
        about = {"reason": "meeting", "leader": receives, "post": tenure.post, "requested_by": office.clerk, "requested_at": NOW}
        asked = Substitution.objects.create(sitting=sitting, state="proposed", **about)
    second = bookers.sitting(office)
    changing.alter(office, second, starts=second.starts.replace(hour=10))
    release = changing.publish(office)
    named = {"leader": receives.name, "leader_en": receives.name_en, "way": "substitute"}
    step = {"substitution": asked.pk, "day": str(sitting.day.day), "state": "proposed", **named}
    moved = {"old": str(sitting.day.day), "new": str(sitting.day.day + timedelta(days=7))}
    facts = {
        "answer_asked": {"answer": answer.pk, "day": str(answer.day)},
        "answer_asked_secretary": {"answer": answer.pk, "day": str(answer.day)},
        "answer_missing": {"answer": answer.pk, "day": str(answer.day), "stage": "bureau"},
        "attendance": {"sitting": sitting.pk, "department": department.pk},
        "briefing_ready": {"sitting": sitting.pk, "day": str(sitting.day.day)},
        "calendar_changed": {"document": "国办发明电〔2025〕7号", "moves": [moved, moved]},
        "decree_missing": {"year": 2027},
        "digest": {},
        "looked_much": {"person": office.chief.pk, "day": str(sitting.day.day), "count": 63},
        "receives_next": {"sitting": sitting.pk, "leader": receives.pk, "day": str(sitting.day.day)},
        "release_published": {"release": release.number},
        "release_step": {"draft": release.pk, "step": "published", "reason": ""},
        "roster_late": {"day": str(sitting.day.day), "due": 5},
        "signed_in_elsewhere": {"day": str(sitting.day.day), "time": "08:31", "device": "Chrome · Windows"},
        "substitution_asked": step,
        "substitution_in_force": step,
        "substitution_step": step,
        "substitution_undone": step,
    }
    assert sorted(facts) == KINDS
    return facts, receives.user, sitting


def received(office, person, facts, settings, folder=None):
    """The letters that arrived, by kind."""
    with scope.county(office.county):
        Message.objects.all().delete()
        for n in range(2):
            messages.queue(kind="a test's", cause=f"news {n}", to=person, due_at=NOW, channel=Channel.INBOX)
        for kind, told in facts.items():
            messages.queue(kind=kind, cause=f"letter {kind}", to=person, due_at=NOW, facts=told)
        kinds = {row.key[:40]: row.kind for row in Message.objects.filter(channel=Channel.EMAIL)}
    sending._rests.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with receivers.Mailbox() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        tasks.send_messages()
    found = {}
    for envelope in server.envelopes:
        letter = email.message_from_bytes(envelope.content, policy=policy.default)
        kind = kinds.get(letter["Message-ID"].strip("<>").partition("@")[0])
        if kind:
            found[kind] = letter
            for part, name in (("plain", "txt"), ("html", "html")) if folder else ():
                said = letter.get_body((part,)).get_content()
                head = f"{letter['Subject']}\n\n" if part == "plain" else ""
                (Path(folder) / f"{kind}.{name}").write_text(head + said)
    return found


def words(said):
    """The words alone, without their order on the page."""
    return re.sub(r"[\s-]+", "", said)


def test_every_letter_says_the_same_twice_in_two_languages_with_the_day_of_the_week(office, world, settings):
    facts, person, sitting = world
    letters = received(office, person, facts, settings, os.environ.get("LETTERS"))
    assert sorted(letters) == KINDS
    for kind, letter in letters.items():
        plain, page = (letter.get_body((part,)).get_content().replace("\r\n", "\n") for part in ("plain", "html"))
        above, _line, below = plain.partition("\n----\n")
        chinese, _apart, english = letter["Subject"].strip().partition(" / ")
        assert re.search("[\u4e00-\u9fff]", chinese), kind
        assert english, kind
        assert above.strip().startswith(f"{person.name}："), kind
        assert below.strip().startswith(f"Dear {person.name},"), kind
        # As text and as a page the same words: the page's own are the subject, once for each language, and the bureau's line.
        body = re.search(r"<body[^>]*>(.*)</body>", page, re.DOTALL)[1]
        shown = html.unescape(re.sub(r"<[^>]+>", "", body))
        line = f"{office.county.bureau}　{office.county.phone}" if office.county.phone else office.county.bureau
        assert words(shown) == words(f"{chinese}{above}{english}{below}{line}"), kind
        # Nothing is written as a page where it is none, nothing is loaded, nothing is left of a template.
        assert not re.search(r"&#?\w+;|\{\{|\{%", plain), kind
        assert not re.search(r"<(img|script|link|style)|src=", page), kind
        assert "被控告的领导" not in plain + page + letter["Subject"], kind
        assert "居民" not in plain, kind
        if kind not in NO_DAY | {"release_published"}:
            assert "（星期" in above, kind
            assert re.search(r"\((Mon|Tues|Wednes|Thurs|Fri)day\)", below), kind
        if kind in PLACED:
            assert sitting.place.name in above, kind
            assert sitting.place.name_en in below, kind
        assert "http://127.0.0.1:8000/en/" in below, kind
    assert APOSTROPHE in letters["substitution_asked"].get_body(("plain",)).get_content()
    assert "/desk/" in letters["substitution_asked"].get_body(("plain",)).get_content()
    assert "我的消息" in letters["digest"].get_body(("plain",)).get_content()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_whatever_language_the_sender_speaks_a_letter_is_the_same(office, world, settings, language):
    facts, person, _sitting = world
    before = {kind: letter["Subject"] for kind, letter in received(office, person, facts, settings).items()}
    with translation.override(language):
        assert {kind: letter["Subject"] for kind, letter in received(office, person, facts, settings).items()} == before


def test_what_is_overtaken_is_not_said(office, world, settings):
    facts, person, sitting = world
    with scope.county(office.county):
        Answer.objects.filter(pk=facts["answer_asked"]["answer"]).update(state="lapsed")
        Substitution.objects.filter(pk=facts["substitution_asked"]["substitution"]).update(state="withdrawn")
        ReceptionDay.objects.filter(pk=sitting.day_id).update(day=sitting.day.day + timedelta(days=1))
    late = {**facts, "release_step": {**facts["release_step"], "step": "submitted"}}
    letters = received(office, person, late, settings)
    asked = {"answer_asked", "answer_asked_secretary", "answer_missing", "substitution_asked", "substitution_step", "receives_next"}
    assert sorted(letters) == sorted(set(KINDS) - asked - {"release_step"})
