"""The public site of a county as static files: follow every link from the county's first pages, and write what is found.

Links in pages become relative, so the site works under any address, also below a path of the government's own host.
"""

import os
import posixpath
import re
import secrets
import shutil
from collections import deque
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from reception import editions
from reception.http import is_kept, plain_environment
from reception.models import County

MARK = ".reception-day-site"
# Pages of the whole site that every county's pages lead to.
SHARED = ("/", "/help/", "/accessibility/", "/privacy/", "/api/v1/counties", "/api/v1/openapi.json")
LINK = re.compile(rb'(?P<before>\s(?:href|src)=")(?P<to>/[^"]*)(?P<after>")')
IMPORT = re.compile(rb"url\((?P<quote>[\"']?)(?P<to>[^\"')]+)(?P=quote)\)")


class NotOurs(Exception):
    """The export can't be written; the words say why."""


class Held(editions.Database):
    """One edition for the whole export: a release that comes out meanwhile waits for the next."""

    def __init__(self, dossier: editions.Dossier) -> None:
        self.held = dossier

    def county(self, slug: str) -> County | None:
        return self.held.county if slug == self.held.county.slug else super().county(slug)

    def counties(self) -> list[County]:
        return [self.held.county]

    def dossier(self, county: County, *, fresh: bool = False) -> editions.Dossier:
        return self.held if county.pk == self.held.county.pk else super().dossier(county, fresh=fresh)


class Export:
    """One export. `written` counts the files."""

    def __init__(self, handler: BaseHandler, slug: str, folder: Path, *, address: str = "") -> None:
        """`address` is where the folder will be served, for what names whole addresses (feeds, canonical links); else the portal's.

        Raises `NotOurs` for a county that has published nothing, and for a folder that holds anything but an export."""
        county = County.objects.filter(slug=slug).first()
        if county is None:
            known = ", ".join(County.objects.values_list("slug", flat=True))
            raise NotOurs(f"no county has the slug {slug}: there are {known or 'none'}")
        self.source = Held(editions.load(county))
        if self.source.held.roster is None:
            raise NotOurs(f"{slug} has published nothing yet")
        if folder.exists() and not (folder / MARK).exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise NotOurs(f"{folder} holds something that is not an export: name a new or an empty folder")
        self.handler, self.slug, self.folder = handler, slug, folder
        self.portal, self.staffs = settings.SITE_URL, settings.STAFF_URL
        self.address = address.rstrip("/") or self.portal
        self.written = 0

    def write(self) -> Iterator[tuple[int, int, str]]:
        """Write everything beside the folder, then put it in the folder's place. Yields how far it is: done, known, address."""
        beside = self.folder.with_name(f".{self.folder.name}.{secrets.token_hex(4)}")
        beside.mkdir(parents=True)
        try:
            # Its pages are nobody's but the public's, whatever host asks for them here.
            settings.SITE_URL, settings.STAFF_URL = self.address, ""
            with editions.using(self.source):
                yield from self._crawl(beside)
            (beside / MARK).write_text("An export of manage.py export_site. The next export replaces this folder.\n")
            self._replace(beside)
        finally:
            settings.SITE_URL, settings.STAFF_URL = self.portal, self.staffs
            shutil.rmtree(beside, ignore_errors=True)

    def _replace(self, beside: Path) -> None:
        former = self.folder.with_name(f".{self.folder.name}.{secrets.token_hex(4)}")
        if self.folder.exists():
            self.folder.rename(former)
        try:
            beside.rename(self.folder)
        except OSError:
            if former.exists():
                former.rename(self.folder)
            raise
        shutil.rmtree(former, ignore_errors=True)

    def _crawl(self, folder: Path) -> Iterator[tuple[int, int, str]]:
        first = ["/", "/en/", f"/{self.slug}/", f"/en/{self.slug}/", f"/{self.slug}/roster.csv", f"/en/{self.slug}/roster.csv"]
        api = f"/api/v1/counties/{self.slug}"
        first += ["/api/v1/counties", f"{api}/roster", f"{api}/releases", "/api/v1/openapi.json"]
        queue, known = deque(first), set(first)
        while queue:
            address = queue.popleft()
            body, content_type = self._fetch(address)
            found = [unescape(match["to"].decode()) for match in LINK.finditer(body)] if content_type == "text/html" else []
            if content_type == "text/css":
                found = [
                    posixpath.normpath(posixpath.join(posixpath.dirname(address), each["to"].decode()))
                    for each in IMPORT.finditer(body)
                ]
                found = [each for each in found if each.startswith(settings.STATIC_URL)]
            for link in found:
                target = urlsplit(link).path
                if target not in known and self._belongs(target):
                    known.add(target)
                    queue.append(target)
            if content_type == "text/html":
                body = LINK.sub(partial(self._relative, address), body)
            path = folder / file_of(address, content_type)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            os.chmod(path, 0o644)
            self.written += 1
            yield self.written, len(known), address

    def _belongs(self, address: str) -> bool:
        """Whether an address is of this county's public site: what is the same for everyone. Booking, staff's pages and other counties are not."""
        if address.startswith(settings.STATIC_URL):
            return True
        own = (f"/{self.slug}/", f"/en/{self.slug}/", f"/api/v1/counties/{self.slug}/")
        return (address.removeprefix("/en") in SHARED or address.startswith(own)) and is_kept(address)

    def _relative(self, address: str, match: re.Match[bytes]) -> bytes:
        link = urlsplit(unescape(match["to"].decode()))
        if not self._belongs(link.path):
            return match["before"] + self.portal.encode() + match["to"] + match["after"]
        here = posixpath.dirname(file_of(address, "text/html"))
        target = file_of(link.path, "")
        relative = posixpath.relpath(target, here or ".")
        # A host shows a folder's index.html under the folder's own address.
        relative = relative.removesuffix("index.html") or "./"
        return match["before"] + (relative + (f"#{link.fragment}" if link.fragment else "")).encode() + match["after"]

    def _fetch(self, address: str) -> tuple[bytes, str]:
        """The bytes of an address and the type of their content. Raises `NotOurs` for a link that leads nowhere."""
        if address.startswith(settings.STATIC_URL):
            name = unquote(address.removeprefix(settings.STATIC_URL))
            with staticfiles_storage.open(name) as file:
                return file.read(), "text/css" if name.endswith(".css") else ""
        response = self._ask(address)
        if response.status_code != 200:
            raise NotOurs(f"{address} answers {response.status_code}: nothing was written")
        body = b"".join(response) if response.streaming else bytes(getattr(response, "content", b""))
        return body, response.headers["Content-Type"].partition(";")[0]

    def _ask(self, address: str) -> HttpResponseBase:
        set_script_prefix("/")
        return self.handler.get_response(WSGIRequest(plain_environment(unquote(address).encode().decode("latin-1"))))


def file_of(address: str, content_type: str) -> str:
    """The file that an address is written to, relative to the folder: a page is its folder's index.html, JSON ends in .json."""
    path = unquote(address).lstrip("/")
    if not path or path.endswith("/"):
        return f"{path}index.html"
    if path.startswith("api/") and not path.endswith(".json"):
        return f"{path}.json"
    return path
