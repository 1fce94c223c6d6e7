"""A county is looked up once a second for a crowd, and its row is nobody's to change."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reception import quiet
from tests.reception import builders

pytestmark = pytest.mark.django_db


def asked(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return sum('FROM "reception_county"' in query["sql"] for query in queries)


def test_a_crowd_looks_a_county_up_once_a_second(monkeypatch):
    builders.bureau()
    client = Client()
    assert [asked(client, "/chenghe/book/") for _n in range(2)] == [1, 1]
    monkeypatch.setattr(quiet, "REMEMBERED", 60.0)
    quiet._counties.clear()
    assert [asked(client, "/chenghe/book/") for _n in range(2)] == [1, 0]


def test_what_is_remembered_is_a_copy_for_each(monkeypatch):
    builders.bureau()
    monkeypatch.setattr(quiet, "REMEMBERED", 60.0)
    first, second = quiet._known("chenghe"), quiet._known("chenghe")
    first.name = "改过的名字"
    assert second.name == quiet._known("chenghe").name == "澄河县"
