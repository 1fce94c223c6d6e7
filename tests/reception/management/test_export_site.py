"""The exported site, crawled from its files as a plain host would serve them: no broken link, nothing missing, nothing of others."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import icalendar
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.http import HttpResponse

from reception import export
from reception.http import is_kept
from tests.reception import builders

BASE = "https://www.example/bureau/reception/"


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [
            value
            for name, value in attrs
            if name in ("href", "src") and value and not value.startswith(("tel:", "mailto:", "webcal:", "#"))
        ]


@pytest.fixture
def site(office, tmp_path):
    other = builders.bureau("linhe")
    builders.published(other)
    builders.published(office, year=2027)
    folder = tmp_path / "site"
    call_command("export_site", "chenghe", folder, address=BASE)
    return folder


def crawl(folder):
    """Every address reached from the first page, below a path of a host, and the file that answers it."""
    queue, seen = [BASE], {}
    while queue:
        address = queue.pop()
        path = urlsplit(address).path.removeprefix(urlsplit(BASE).path)
        file = folder / (path + "index.html" if not path or path.endswith("/") else path)
        assert file.is_file(), address
        seen[address] = file
        if file.suffix == ".html":
            links = Links()
            links.feed(file.read_text())
            for link in links.found:
                target = urljoin(address, link).partition("#")[0]
                if target.startswith(settings.SITE_URL):
                    # What is not the same for everyone stays at the portal: booking, following a booking.
                    assert not is_kept(urlsplit(target).path), (address, link)
                    continue
                assert target.startswith(BASE), (address, link)
                if target not in seen:
                    seen[target] = file
                    queue.append(target)
    return seen


def test_no_link_is_broken_and_none_leads_out_of_the_folder(site):
    reached = {file.relative_to(site).as_posix() for file in crawl(site).values()}
    assert {
        "index.html",
        "en/index.html",
        "chenghe/index.html",
        "chenghe/days/2026-02-24/index.html",
        "en/chenghe/days/2027-01-15/index.html",
        "chenghe/roster/2027/index.html",
        "chenghe/releases/2/index.html",
        "chenghe/roster.ics",
        "chenghe/changes.atom",
        "en/chenghe/roster.csv",
        "api/v1/counties/chenghe/releases/1.json",
    } <= reached
    assert any(re.fullmatch(r"static/css/site\.[0-9a-f]{12}\.css", name) for name in reached)


def without_links(page):
    page = page.replace(BASE.rstrip("/"), settings.SITE_URL)
    return re.sub(r'(href|src)="[^"]*"', "", page)


def events(feed):
    return [
        {name: event[name].to_ical() for name in event if name != "URL"}
        for event in icalendar.Calendar.from_ical(feed).walk("VEVENT")
    ]


def test_pages_say_what_the_portal_says_and_nothing_of_another_county(site, client):
    plain = without_links(client.get("/chenghe/days/2026-02-24/").content.decode())
    assert without_links((site / "chenghe/days/2026-02-24/index.html").read_text()) == plain
    assert events((site / "chenghe/roster.ics").read_bytes()) == events(client.get("/chenghe/roster.ics").content)
    for file in site.rglob("*"):
        if file.is_file():
            assert "临河" not in file.read_bytes().decode(errors="replace")
            assert "/admin" not in file.read_bytes().decode(errors="replace")


def test_the_same_again_and_what_is_gone_is_gone(site):
    before = {file.relative_to(site): file.read_bytes() for file in site.rglob("*") if file.is_file()}
    (site / "chenghe" / "old.html").write_text("old")
    call_command("export_site", "chenghe", site, address=BASE)
    assert {file.relative_to(site): file.read_bytes() for file in site.rglob("*") if file.is_file()} == before
    assert [path.name for path in site.parent.iterdir() if path.name.startswith(".")] == []


def test_an_office_with_a_host_for_its_staff_exports_the_same(site, settings):
    before = {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.suffix == ".html"}
    settings.STAFF_URL = "http://staff.example"
    call_command("export_site", "chenghe", site, address=BASE)
    assert {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.suffix == ".html"} == before
    assert settings.STAFF_URL == "http://staff.example"


def test_a_failure_leaves_the_folder_as_it_was(site, monkeypatch):
    before = (site / "index.html").read_bytes()
    monkeypatch.setattr(export.Export, "_ask", lambda _export, _address: HttpResponse(status=500))
    with pytest.raises(CommandError, match="answers 500: nothing was written"):
        call_command("export_site", "chenghe", site)
    assert (site / "index.html").read_bytes() == before
    assert [path.name for path in site.parent.iterdir() if path.name.startswith(".")] == []


def test_what_can_not_be_exported_is_said(office, tmp_path):
    builders.bureau("linhe")
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    for slug, folder, words in (
        ("chenge", tmp_path / "a", "no county has the slug chenge: there are chenghe"),
        ("linhe", tmp_path / "a", "linhe has published nothing yet"),
        ("chenghe", full, "holds something that is not an export"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("export_site", slug, folder)
    assert [path.name for path in Path(full).iterdir()] == ["mine.txt"]
