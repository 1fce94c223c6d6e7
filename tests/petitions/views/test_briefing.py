"""The briefing: own sittings, from the day before, masked until names are asked for, never to the accused; told exactly once."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from reception import mail, scope, tasks
from reception.models import Entry, Leader, Message, RoleGrant
from reception.roles import Role
from tests.petitions.receptions import called, conclude
from tests.reception import bookers, builders
from tests.reception.builders import NOW

# Midnight in the county at the start of the day before.
OPENS = datetime(2026, 2, 22, 16, 0, tzinfo=UTC)
ENDS = datetime(2026, 2, 24, 16, 0, tzinfo=UTC)


def text(response):
    return response.content.decode()


def pages_of(content):
    return [page.extract_text().replace("\n", "") for page in PdfReader(io.BytesIO(content)).pages]


@pytest.fixture
def sitting(office):
    return bookers.sitting(office)


@pytest.fixture
def leader(office, sitting):
    with scope.county(office.county):
        user = builders.user("leader", office.county, Role.LEADER)
        Leader.objects.filter(pk=sitting.leader_id).update(user=user)
    return user


def secretary_of(office, leader_pk):
    with scope.county(office.county):
        user = builders.user("secretary", office.county)
        RoleGrant.objects.create(user=user, role=Role.SECRETARY.value, leader_id=leader_pk, starts_on=date(2020, 1, 1))
    return user


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (OPENS - timedelta(seconds=1), 403),
        (OPENS, 200),
        (ENDS - timedelta(seconds=1), 200),
        (ENDS, 403),
    ],
)
def test_it_is_open_from_the_day_before_at_midnight_to_the_day_s_end(office, sitting, leader, clock, sign_in, at, status):
    bookers.book(office, at=NOW)
    clock.move_to(at)
    client = sign_in(leader)
    page = client.get(f"/desk/briefing/{sitting.pk}/")
    assert (page.status_code, page["Cache-Control"]) == (status, "no-store")
    assert ("楼道长期漏水" in text(page)) == (status == 200)
    assert ("前一天零时" in text(page)) == (status == 403)
    assert client.get(f"/desk/briefing/{sitting.pk}/briefing.pdf").status_code == status


def test_each_visitor_is_a_sheet_in_order_masked(office, sitting, leader, clock, sign_in):
    for n in range(1, 4):
        bookers.book(office, n, at=NOW + timedelta(minutes=n), matter=f"第{n}件事" * 10)
    clock.move_to(OPENS)
    client = sign_in(leader)
    sheets = pages_of(client.get(f"/desk/briefing/{sitting.pk}/briefing.pdf").content)
    assert len(sheets) == 3
    for n, sheet in enumerate(sheets, start=1):
        assert f"第{n}件事" in sheet
        assert f"居民{n}" not in sheet
    with scope.county(office.county):
        assert not Entry.objects.filter(act="identity.read").exists()


def test_names_are_asked_for_and_each_is_a_reading_in_the_journal(office, sitting, leader, clock, sign_in):
    for n in (1, 2):
        bookers.book(office, n, at=NOW)
    clock.move_to(OPENS)
    secretary = sign_in(secretary_of(office, sitting.leader_id))
    path = f"/desk/briefing/{sitting.pk}/names.pdf"
    assert secretary.get(path).status_code == 405
    assert "居民1" in "".join(pages_of(secretary.post(path).content))
    with scope.county(office.county):
        entries = Entry.objects.filter(act="identity.read")
        assert [(entry.actor, entry.acting_for) for entry in entries] == [("secretary", f"leader {sitting.leader.code}")] * 2
        assert all("居民" not in str(entry.facts) + entry.object + entry.reason for entry in entries)


def test_what_came_before_is_there_with_the_leader_s_words(office, sitting, leader, clock, sign_in):
    conclude(office, called(office), said="上次说过要修")
    bookers.book(office, 1, at=NOW, way="walk_in")
    clock.move_to(OPENS + timedelta(days=1, hours=10))
    page = text(sign_in(leader).get(f"/desk/briefing/{sitting.pk}/"))
    assert "上次说过要修" in page
    assert "内容相近" in page


def test_another_leader_s_sitting_does_not_exist_nor_for_anyone_else(office, sitting, leader, clock, sign_in):
    bookers.book(office, at=NOW)
    clock.move_to(OPENS)
    other = bookers.sitting(office, rotation="R1")
    assert sign_in(leader).get(f"/desk/briefing/{other.pk}/").status_code == 404
    for role in set(Role) - {Role.SYSTEM, Role.SECRETARY}:
        client = sign_in(builders.user(f"as-{role}", office.county, role))
        for name in ("", "briefing.pdf"):
            assert client.get(f"/desk/briefing/{sitting.pk}/{name}").status_code == 404, role
    linhe = sign_in(builders.bureau("linhe").clerk)
    assert linhe.get(f"/desk/briefing/{sitting.pk}/").status_code == 404


def test_nobody_reads_of_who_accuses_them(office, sitting, clock, sign_in):
    with scope.county(office.county):
        accused = Leader.objects.exclude(pk=sitting.leader_id).first()
    bookers.book(office, at=NOW, accused_leader=accused, matter="金丝雀")
    bookers.book(office, 2, at=NOW)
    # A secretary of both: of the one who receives, and of the one accused.
    user = secretary_of(office, sitting.leader_id)
    with scope.county(office.county):
        RoleGrant.objects.create(user=user, role=Role.SECRETARY.value, leader=accused, starts_on=date(2020, 1, 1))
    clock.move_to(OPENS)
    client = sign_in(user)
    page = text(client.get(f"/desk/briefing/{sitting.pk}/"))
    assert "金丝雀" not in page
    assert "楼道长期漏水" in page
    assert len(pages_of(client.get(f"/desk/briefing/{sitting.pk}/briefing.pdf").content)) == 1


def test_the_bureau_has_it_with_names_by_a_button(office, sitting, clock, sign_in):
    bookers.book(office, at=NOW)
    path = reverse("admin:briefing", args=[sitting.pk])
    clerk = sign_in(office.clerk)
    assert "居民1" not in "".join(pages_of(clerk.get(path).content))
    assert "居民1" in "".join(pages_of(clerk.post(path).content))
    coordinator = sign_in(builders.user("co", office.county, Role.COORDINATOR))
    assert coordinator.get(path).status_code == 200
    assert coordinator.post(path).status_code == 403
    assert sign_in(builders.user("au", office.county, Role.AUDITOR)).get(path).status_code == 403


def test_a_sitting_without_visitors_is_one_sheet_that_says_so(office, sitting, sign_in):
    (sheet,) = pages_of(sign_in(office.clerk).get(reverse("admin:briefing", args=[sitting.pk])).content)
    assert "没有来访人预约" in sheet


def test_the_leader_and_the_secretary_are_told_the_day_before_exactly_once(office, sitting, leader, clock):
    secretary_of(office, sitting.leader_id)
    bookers.book(office, at=NOW)
    clock.move_to(OPENS - timedelta(minutes=1))
    tasks.settle()
    with scope.county(office.county):
        assert not Message.objects.filter(kind="briefing_ready").exists()
    for minutes in (0, 10, 600):
        clock.move_to(OPENS + timedelta(minutes=minutes))
        tasks.settle()
    with scope.county(office.county):
        told = list(Message.objects.filter(kind="briefing_ready").select_related("recipient").order_by("recipient__username"))
    assert [message.recipient.username for message in told] == ["leader", "secretary"]
    assert all(message.due_at == OPENS + timedelta(hours=8) for message in told)
    letter = mail.write(told[0], office.county)
    assert "2月23日" not in letter.body
    assert "2026年2月24日（星期二）" in letter.subject
    assert f"/desk/briefing/{sitting.pk}/" in letter.body
    assert "居民" not in letter.body
    assert "漏水" not in letter.body


def test_nobody_is_told_of_an_empty_sitting(office, leader, clock):
    clock.move_to(OPENS)
    tasks.settle()
    with scope.county(office.county):
        assert not Message.objects.filter(kind="briefing_ready").exists()
