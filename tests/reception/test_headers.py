"""Every address of the portal, asked by a stranger and by a clerk: what each answer says to the browser, and what it refuses."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# What an address's part is filled with, by its name and then by its kind: rows that are there where the fixture has some.
NAMED = {"county": "chenghe", "slug": "chenghe", "year": "2026", "month": "2", "day": "2026-02-24", "number": "1", "other": "1"}
KINDS = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "slug": "housing", "path": "1", "str": "x"}
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
# These take a POST without a form of ours: browsers' reports, and receipts that are signed by the gateway.
WITHOUT_FORM = {"/csp/report/", "/gateway/receipts/"}


def addresses(patterns=None, before="/"):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + route)
        elif isinstance(pattern, URLPattern) and "(?P" not in route:
            whole = (before + route).removesuffix("$")
            yield PART.sub(lambda part: NAMED.get(part[2]) or KINDS[part[1] or "str"], whole)


EVERY = sorted(set(addresses()))
assert len(EVERY) > 200


def problems(address, response):
    said, policy = response.headers, response.headers.get("Content-Security-Policy", "")
    kind = said.get("Content-Type", "")
    public = "public" in said.get("Cache-Control", "")
    wants = {
        "nosniff": said.get("X-Content-Type-Options") == "nosniff",
        "referrer": said.get("Referrer-Policy") in ("same-origin", "strict-origin", "no-referrer"),
        "policy": "default-src 'none'" in policy and "unsafe" not in policy,
        "frame": "frame-ancestors" in policy,
        "base": "base-uri 'none'" in policy or not kind.startswith("text/html"),
        "report": "report-uri" in policy or not kind.startswith("text/html"),
        "opener": said.get("Cross-Origin-Opener-Policy") == "same-origin" or not kind.startswith("text/html"),
        "embedding": public or said.get("Cross-Origin-Resource-Policy") == "same-origin",
        "charset": not kind.startswith("text/") or "charset=utf-8" in kind.lower().replace('"', ""),
        "type": bool(kind) or not response.content,
    }
    return {address: sorted(name for name, right in wants.items() if not right)} if not all(wants.values()) else {}


def asked(client, address):
    """The answer to a GET, which never breaks; the health of messages may be bad, since nobody sends any here."""
    response = client.get(address)
    assert response.status_code < 500 or address == "/healthz/messages", address
    return response


def test_each_answer_to_a_stranger_says_what_protects(office, client):
    found = {}
    for address in EVERY:
        response = asked(client, address)
        found |= problems(address, response)
    assert found == {}


def test_each_answer_to_staff_says_what_protects_and_is_kept_nowhere(office, sign_in):
    client = sign_in(office.clerk)
    found, kept = {}, []
    for address in EVERY:
        if not address.startswith(("/admin/", "/desk/", "/messages/", "/accounts/")) or "logout" in address:
            continue
        response = asked(client, address)
        found |= problems(address, response)
        if response.status_code == 200 and "no-store" not in response.get("Cache-Control", ""):
            kept.append(address)
    assert found == {}
    assert kept == []


def test_what_may_be_framed_is_the_one_fragment(office, client):
    framed = [
        address for address in EVERY if "frame-ancestors 'none'" not in client.get(address).get("Content-Security-Policy", "")
    ]
    assert framed == ["/chenghe/embed/"]


def test_other_sites_scripts_may_read_the_public_interface_alone(office, sign_in):
    client = sign_in(office.clerk)
    shared = [
        address
        for address in EVERY
        if "Access-Control-Allow-Origin" in client.get(address, headers={"Origin": "https://elsewhere.example"})
    ]
    assert shared
    assert [address for address in shared if not address.startswith(("/api/v1/", "/chenghe/"))] == []
    assert {client.get(address)["Access-Control-Allow-Origin"] for address in shared} == {"*"}


def test_a_post_without_the_forms_token_is_refused_everywhere(office, sign_in):
    client = Client(enforce_csrf_checks=True)
    client.cookies = sign_in(office.clerk).cookies
    taken = {address for address in EVERY if client.post(address).status_code != 403 and not address.startswith("/api/")}
    assert taken == WITHOUT_FORM


def test_the_public_interface_takes_no_post(office, client):
    taken = [address for address in EVERY if address.startswith("/api/") and client.post(address).status_code not in (404, 405)]
    # The description of the interface says the same by whatever method it is asked.
    assert taken == ["/api/v1/openapi.json"]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH"])
def test_methods_that_no_page_uses_change_and_say_nothing(office, client, method):
    answers = {client.generic(method, address).status_code for address in ("/chenghe/", "/track/", "/admin/", "/api/v1/counties")}
    assert answers <= {302, 403, 405}
