"""The petitioner's copy: everything about their own case, at the counter and on their own page, and nobody else's."""

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from petitions.actions import retention
from reception import opened as door
from reception import scope
from reception.actions import journal
from reception.models import Entry, User
from reception.roles import Role
from tests.petitions.actions.test_retention import LATER, settled
from tests.petitions.states import stands
from tests.reception import builders


def opened(response):
    """The files of a ZIP."""
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def at_the_counter(client, case, reason="核对身份证原件"):
    return client.post(reverse("admin:case_copy", args=[case.pk]), {"reason": reason})


def test_the_bureau_gives_it_with_the_reading_on_record(office, sign_in):
    life = stands(office, "delivered")
    files = opened(at_the_counter(sign_in(office.clerk), life.case))
    said = json.loads(files["copy.json"])
    assert said["petitioner"]["name"] == "居民1"
    assert said["petitioner"]["phone"] == "13800000001"
    assert (said["number"], said["matter"], said["received_on"]) == (life.case.number, life.case.matter, "2026-02-24")
    with scope.county(office.county):
        assert len(said["steps"]) == life.case.steps.count()
        assert len(said["clocks"]) == life.case.deadlines.count()
        told = list(life.case.documents.filter(for_petitioner=True))
    assert len(said["documents"]) == len(told) > 0
    assert sum(name.endswith(".pdf") for name in files) == len(told)
    assert all(content.startswith(b"%PDF") for name, content in files.items() if name.endswith(".pdf"))
    assert [one["why"] for one in said["read_by"]] == ["核对身份证原件"]
    text = files["copy.txt"].decode("utf-8-sig")
    assert all(part in text for part in (life.case.matter, "居民1", "核对身份证原件"))
    with scope.county(office.county):
        acts = list(Entry.objects.order_by("-n").values_list("act", "reason")[:2])
    assert acts == [("copy.give", "核对身份证原件"), ("identity.read", "核对身份证原件")]


def test_without_a_reason_or_the_right_nothing_is_given(office, sign_in):
    case = settled(office)
    assert at_the_counter(sign_in(office.clerk), case, " ").status_code == 302
    coordinator = builders.user("coordinator", office.county, Role.COORDINATOR)
    assert at_the_counter(sign_in(coordinator), case).status_code == 403
    assert sign_in(office.clerk).get(reverse("admin:case_copy", args=[case.pk])).status_code == 405
    other = builders.bureau("linhe")
    assert at_the_counter(sign_in(other.clerk), case).status_code == 404
    with scope.county(office.county):
        assert not Entry.objects.filter(act__in=["copy.give", "identity.read"]).exists()


def browser(row, *, until="2099-01-01T00:00:00+00:00"):
    client = Client()
    session = client.session
    session[door.KEPT] = {"county": row.county_id, "kind": row._meta.model_name, "uid": str(row.uid), "until": until}
    session.save()
    return client


@pytest.mark.parametrize("by", ["case", "booking"])
def test_the_petitioner_takes_it_after_number_and_code(office, by):
    case = settled(office)
    client = browser(case if by == "case" else case.booking)
    said = json.loads(opened(client.post(reverse("petitions:copy")))["copy.json"])
    assert (said["number"], said["petitioner"]["name"], said["read_by"]) == (case.number, "居民1", [])
    with scope.county(office.county):
        entry = Entry.objects.order_by("-n")[0]
        assert (entry.act, entry.object, entry.actor) == ("copy.take", f"case {case.number}", "system")
    assert client.get(reverse("petitions:copy")).status_code == 405


def test_it_is_not_given_to_a_browser_that_opened_nothing_or_too_long_ago(office):
    case = settled(office)
    for client in (Client(), browser(case, until="2020-01-01T00:00:00+00:00")):
        response = client.post(reverse("petitions:copy"))
        assert (response.status_code, response["Location"]) == (302, reverse("reception:track"))


def test_after_the_years_it_says_that_the_person_was_destroyed(office, sign_in):
    case = settled(office)
    retention.run(county=office.county, by=User.objects.system(), at=LATER)
    said = json.loads(opened(at_the_counter(sign_in(office.clerk), case))["copy.json"])
    assert said["petitioner"] == {"name": "（已销毁）"}
    with scope.county(office.county):
        assert list(journal.faults()) == []
