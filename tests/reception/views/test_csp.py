"""Reports of the content security policy: read, bounded, and nothing about the person in the log."""

import json

import pytest
import structlog

from reception.views import csp

OLD = {
    "csp-report": {
        "document-uri": "http://127.0.0.1:8000/chenghe/days/2026-02-24/?name=secret",
        "violated-directive": "script-src",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://bad.example.invalid/x.js?who=secret",
        "source-file": "secret",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "user_agent": "secret",
        "body": {
            "documentURL": "http://127.0.0.1:8000/nowhere/at/all/secret",
            "effectiveDirective": "img-src",
            "blockedURL": "inline",
        },
    }
]


@pytest.fixture(autouse=True)
def fresh_rate(monkeypatch):
    monkeypatch.setattr(csp, "rate", csp.Rate(csp.EACH_MINUTE))


def send(client, body, content_type="application/csp-report"):
    return client.post("/csp/report/", body if isinstance(body, (str, bytes)) else json.dumps(body), content_type=content_type)


def test_a_report_is_logged_without_what_is_somebodys(client):
    with structlog.testing.capture_logs() as logs:
        assert send(client, OLD).status_code == 204
        assert send(client, NEW, "application/reports+json").status_code == 204
    assert [(log["directive"], log["blocked"], log["page"]) for log in logs] == [
        ("script-src-elem", "bad.example.invalid", "<slug:county>/days/<str:day>/"),
        ("img-src", "inline", "?"),
    ]
    assert "secret" not in str(logs)


@pytest.mark.parametrize("body", ["", "null", "7", "[7]", '{"csp-report": 5}', "[" * 5000, b"\xff"])
def test_what_is_no_report_is_refused(client, body):
    with structlog.testing.capture_logs() as logs:
        assert send(client, body).status_code == 400
    assert logs == []


def test_too_large_and_too_many(client):
    assert send(client, "x" * (csp.LARGEST + 1)).status_code == 413
    with structlog.testing.capture_logs() as logs:
        statuses = [send(client, OLD).status_code for _time in range(csp.EACH_MINUTE + 5)]
    assert statuses.count(429) == 5
    assert len(logs) == csp.EACH_MINUTE


def test_only_posted(client):
    assert client.get("/csp/report/").status_code == 405


def test_the_rate_starts_anew_each_minute():
    rate = csp.Rate(2)
    assert [rate.allows(at=at) for at in (0, 1, 2, 59, 60)] == [True, True, False, False, True]
