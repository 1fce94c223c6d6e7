"""Offices, clocks and people signed in, for everything that goes through an edge."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from reception import scope
from tests.databases import WORKER
from tests.reception import builders
from tests.reception.builders import NOW


@pytest.fixture
def clock(monkeypatch):
    """The edges read NOW, standing still; and so does what asks the database's clock."""
    monkeypatch.setattr("reception.clock.now", timezone.now)
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sign_in():
    """A browser in which a person has signed in, with a second factor set up."""

    def browser(user):
        client = Client()
        with scope.accounts():
            if not user.is_demo:
                Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {"secret": ""}})
            client.force_login(user)
        return client

    return browser


@pytest.fixture
def standing(db):
    """澄河 with its year published at NOW, whatever the clock says."""
    if WORKER.stands():
        return builders.standing()
    # A test in a database of its own.
    office = builders.bureau()
    builders.published(office, note=builders.FIRST)
    return office


@pytest.fixture
def office(standing, clock):
    """The same, and the clock stands at NOW."""
    return standing
