"""Staff's pages on a host of their own, where an office has one (`STAFF_URL`): a page for everybody can't reach into a staff member's session.

Whoever asks for a page at the other's host is led to where it is.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from reception.doors import Middleware, View

STAFFS = ("/admin/", "/accounts/")
# Asked by machines, and by browsers for either host.
BOTH = ("/healthz/", "/metrics", "/csp/")


class HostOfItsOwn(Middleware):
    """Leads to the right host before anything is looked at; forms of staff's pages are taken at theirs alone."""

    def process_view(self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponse | None:
        path = request.path_info.removeprefix("/en")
        if not settings.STAFF_URL or path.startswith(BOTH):
            return None
        is_staffs = path.startswith(STAFFS) or getattr(view, "login_required", True)
        home = settings.STAFF_URL if is_staffs else settings.SITE_URL
        if request.get_host() == urlsplit(home).netloc:
            return None
        if request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(home + request.get_full_path())
        return render(request, "403.html", status=403)
