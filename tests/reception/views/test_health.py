"""Whether messages go out in time, for whoever watches: numbers only, open, never stored."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from reception import scope
from reception.actions import messages
from reception.models import Message, MessageState, Pulse
from tests.reception import builders
from tests.reception.builders import NOW

ADDRESSES = ["/healthz/messages", "/metrics"]


@pytest.fixture
def office(db, clock):
    """A county whose messages are swept and sent."""
    made = builders.bureau()
    Pulse.objects.create(county=made.county, swept_at=NOW, sent_at=NOW)
    return made


def test_well(office, client):
    response = client.get("/healthz/messages")
    assert response.status_code == 200
    assert response.json() == {
        "well": True,
        "oldest_due_unsent_seconds": 0,
        "silent_seconds": 0,
        "waiting": 0,
        "to_see_to": 0,
        "interrupted": 0,
        "counties_held": 0,
    }


TROUBLES = {
    "late": ({"oldest_due_at": NOW - timedelta(seconds=121), "waiting": 1}, "oldest_due_unsent_seconds", 121),
    "not swept": ({"swept_at": NOW - timedelta(seconds=130)}, "silent_seconds", 130),
    "not sent": ({"sent_at": NOW - timedelta(seconds=140)}, "silent_seconds", 140),
    "never": ({"sent_at": None}, "silent_seconds", -1),
    "held": ({"held_at": NOW, "held": 900}, "counties_held", 1),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_not_well(office, client, trouble):
    fields, name, number = TROUBLES[trouble]
    Pulse.objects.update(**fields)
    response = client.get("/healthz/messages")
    assert (response.status_code, response.json()["well"], response.json()[name]) == (503, False, number)
    assert f"reception_day_messages_{name} {number}\n" in client.get("/metrics").content.decode()


def test_two_minutes_are_in_time_and_a_county_nobody_looked_at_is_not(office, client):
    Pulse.objects.update(oldest_due_at=NOW - timedelta(minutes=2), sent_at=NOW - timedelta(minutes=2))
    assert client.get("/healthz/messages").status_code == 200
    builders.county("linhe")
    assert client.get("/healthz/messages").status_code == 503


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_database_is_away(office, client, monkeypatch, address):
    def away(*, at):
        raise DatabaseError("gone")

    monkeypatch.setattr("reception.pulse.of_all", away)
    response = client.get(address)
    assert response.status_code == 503
    assert b"gone" not in response.content


@pytest.mark.parametrize("address", ADDRESSES)
def test_open_to_all_never_stored_and_of_nobody(office, client, address):
    with scope.county(office.county):
        messages.queue(kind="release_published", cause="release 1", to=office.clerk, due_at=NOW, facts={"release": 1})
        Message.objects.update(state=MessageState.FAILED, error="SMTP 550")
    response = client.get(address)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    shown = response.content.decode()
    assert not any(word in shown for word in (office.clerk.username, office.county.name, "chenghe", "@", "550"))
    assert client.post(address).status_code == 405


def test_metrics_are_in_prometheus_format(office, client):
    response = client.get("/metrics")
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    assert len(lines) == 6
    assert all(line.partition(" ")[2].lstrip("-").isdecimal() for line in lines)
    assert "# TYPE reception_day_messages_interrupted_total counter" in response.content.decode()
