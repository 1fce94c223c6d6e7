"""What breaks is said in general words, logged with its trace, and stops nobody else."""

import logging

import pytest
from django.test import Client

DETAIL = "postgresql://owner:secret@inside/ a line of the code"


@pytest.fixture
def broken(monkeypatch):
    """The page of a release fails as a mistake of ours would make it."""

    def fails(*args, **kwargs):
        raise RuntimeError(DETAIL)

    monkeypatch.setattr("reception.views.tracking.NumberAndCode", fails)


@pytest.mark.parametrize("address", ["/track/", "/en/track/"])
def test_the_page_says_nothing_of_the_inside_and_the_log_all_of_it(office, broken, caplog, address):
    browser = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        answer = browser.get(address)
    said = answer.content.decode()
    assert answer.status_code == 500
    assert not any(part in said for part in ("Traceback", "RuntimeError", "secret", "tracking.py"))
    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert record.exc_info[1].args == (DETAIL,)
    assert browser.get("/chenghe/").status_code == 200


def test_a_page_of_nothing_says_nothing_of_the_inside(office):
    said = Client().get("/no/such/page/").content.decode()
    assert not any(part in said for part in ("urlpatterns", "ROOT_URLCONF", "DEBUG"))
