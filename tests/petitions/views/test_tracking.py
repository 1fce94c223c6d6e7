"""A number and a code open one's own case: exactly what the law gives the petitioner to see, and what they can do. To no one else."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from petitions import standing
from petitions.models import Case
from petitions.workflow import TRANSITIONS, Action, Status
from reception import codes, scope
from reception.actions import tracking
from tests.petitions.states import stands

PAGE = "/track/matter/"
CODE = "12345678901234567"


def text(response):
    return response.content.decode()


def words_of(response):
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages))


def ask(client, number, code, *, prefix=""):
    return client.post(f"{prefix}/track/", {"number": number, "code": code})


def coded(office, made):
    """A code that opens this case and its booking; what it is to begin with only the slip knew."""
    with scope.county(office.county):
        code, _hash = tracking.renew(code_hash=made.case.code_hash, by=office.clerk, at=made.at)
    return code


@pytest.fixture
def opens(office, clock):
    """A browser that has opened a case, on the day on which it came to its state."""

    def browser(made, prefix=""):
        clock.move_to(made.at + timedelta(minutes=1))
        client = Client()
        answer = ask(client, made.case.number, coded(office, made), prefix=prefix)
        assert (answer.status_code, answer["Location"]) == (302, f"{prefix}{PAGE}")
        return client

    return browser


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("status", list(Status))
def test_every_state_has_its_page(office, opens, status, prefix):
    made = stands(office, status)
    client = opens(made, prefix)
    page = client.get(f"{prefix}{PAGE}")
    assert page.status_code == 200
    assert codes.show_number(made.case.number) in text(page)
    if not prefix:
        assert standing.NEXT[status]() in text(page)
    for path in ("review/", "withdraw/"):
        assert client.get(f"{prefix}{PAGE}{path}").status_code == 200


def test_every_action_and_state_has_words():
    assert set(standing.STEPS) == {row.action for row in TRANSITIONS} == set(Action)
    assert set(standing.NEXT) == set(standing.LOOKS) == set(Status)


def test_short_messages_of_a_case_are_turned_off_by_post(office, opens, settings):
    settings.SMS_URL = "null://"
    made = stands(office, Status.IN_HANDLING)
    client = opens(made)
    assert "不再给我发短信" in text(client.get(PAGE))
    assert client.get(f"{PAGE}sms/").status_code == 405
    assert "现在不给您发短信" in text(client.post(f"{PAGE}sms/", {"wanted": "0"}, follow=True))
    with scope.county(office.county):
        assert not Case.objects.get(pk=made.case.pk).identity.wants_sms
    settings.SMS_URL = ""
    assert "短信提醒" not in text(client.get(PAGE))
    assert client.post(f"{PAGE}sms/", {"wanted": "1"}).status_code == 404
    assert Client().post(f"{PAGE}sms/", {"wanted": "1"}).status_code == 302
