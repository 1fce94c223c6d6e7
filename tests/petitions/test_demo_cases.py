"""The demo's cases: told once, by the actions, so that every part of the way and every desk has something."""

import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from petitions import demo_cases, waiting
from petitions.models import Case, CaseStep, Deadline, Document, Objection, Proposal, Supervision
from reception import scope
from reception.actions import proofs
from reception.models import County, User

STATES = {
    "registered",
    "under_screening",
    "guided",
    "transferred",
    "objected",
    "in_handling",
    "opinion_drafted",
    "delivered",
    "under_review",
    "closed",
}


@pytest.mark.django_db
@pytest.mark.parametrize("day", [datetime(2026, 11, 24, 2, tzinfo=UTC), datetime(2026, 12, 27, 23, 30, tzinfo=UTC)])
def test_every_desk_of_the_demo_has_something_and_all_hashes_hold(settings, sign_in, day):
    settings.DEMO = True
    with time_machine.travel(day, tick=False):
        call_command("demo", stdout=io.StringIO())
        county = County.objects.get()
        logins = io.StringIO()
        call_command("demo", "--logins", stdout=logins)
        for login in ("demo-department-head", "demo-labour-officer", "demo-labour-head", "demo-reviewer"):
            assert login in logins.getvalue()
        with scope.county(county):
            on = timezone.localdate(timezone=county.zone)
            told = Case.objects.exclude(way_in="reception")
            assert told.count() == 15
            # They are told a second after another.
            assert not CaseStep.objects.filter(at__gt=timezone.now() + timedelta(minutes=1)).exists()
            assert set(told.values_list("status", flat=True)) == STATES
            assert (Objection.objects.count(), Supervision.objects.count()) == (1, 1)
            assert set(Proposal.objects.filter(state="waiting").values_list("action", flat=True)) == {"not_accept", "extend"}
            assert Deadline.objects.running().filter(due_on__lt=on).exists()
            assert {"transfer", "assignment", "acceptance", "guidance", "opinion", "supervision"} <= set(
                Document.objects.values_list("kind", flat=True)
            )
            assert list(proofs.faults()) == []
            officer = User.objects.get(username="demo-officer")
            assert {line.stage for line in waiting.of(officer, on=on)} >= {"answer", "work", "told"}
            assert demo_cases.make(county, timezone.now()) == 0
            pk = told.order_by("pk").last().pk
        for username, address in (
            ("demo-officer", reverse("admin:unit_cases")),
            ("demo-department-head", reverse("admin:index")),
            ("demo-reviewer", reverse("admin:index")),
            ("demo-clerk", reverse("admin:case", args=[pk])),
            ("demo-leader", "/desk/"),
        ):
            with scope.accounts():
                person = User.objects.get(username=username)
            assert sign_in(person).get(address).status_code == 200, username


@pytest.mark.django_db
def test_a_county_without_the_demos_people_is_left_alone():
    from tests.reception import builders

    office = builders.bureau()
    assert demo_cases.make(office.county, builders.NOW) == 0
