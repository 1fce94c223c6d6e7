"""The page of a release: what it changes, who has done what with it, and the next step with who may take it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import changelog, differences, documents
from reception.actions import lateness, releases
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms.release import LateForm, SendBackForm
from reception.models import County, Release, ReleaseState, User
from reception.workflows.release import RELEASE
from scheduling.releases import difference

VERBS: dict[str, Callable[..., Release]] = {
    "submit": releases.submit,
    "send_back": releases.send_back,
    "approve": releases.approve,
    "publish": releases.publish,
    "discard": releases.discard,
}
LABELS = {
    "submit": lambda: _("送审"),
    "send_back": lambda: _("退回"),
    "approve": lambda: _("审定"),
    "publish": lambda: _("公布"),
    "discard": lambda: _("作废"),
}
# What each verb takes besides the release.
FORMS = {"send_back": SendBackForm, "publish": LateForm}


def release(request: HttpRequest, pk: int) -> HttpResponse:
    """One release on its way or published; a POST takes the step named in ``do``."""
    user, county = signed_in(request)
    may(user, "roster.view")
    found = get_object_or_404(Release, pk=pk)
    do = request.POST.get("do", "")
    forms = {verb: form(request.POST if do == verb else None) for verb, form in FORMS.items()}
    if request.method == "POST" and do in VERBS:
        form = forms.get(do)
        try:
            if form is None or form.is_valid():
                more = form.cleaned_data if form else {}
                VERBS[do](release=found, county=county, by=user, at=timezone.now(), **more)
                return HttpResponseRedirect(reverse("admin:release", args=[pk]))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        found = get_object_or_404(Release, pk=pk)
    before = documents.latest() if found.number is None else Release.objects.filter(number=found.number - 1).first()
    context = {
        **admin.site.each_context(request),
        "title": str(found),
        "release": found,
        "before": before,
        "changes": differences.told(difference(before.document if before else None, found.document), first=before is None),
        "overtaken": _overtaken(found, before, county),
        "no_links": True,
        "steps": _steps(found, user, county, forms),
        "late": _late(found, county),
        "notice": bool(found.number and changelog.in_scope().of_release(found.number)),
        "slug": county.slug,
    }
    return render(request, "admin/release.html", context)


def _steps(found: Release, user: User, county: County, forms: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps possible now, each with its words, whether this person may take it, and why not."""
    steps = []
    for verb in RELEASE.possible(found.state):
        step = button(user, RELEASE.transition(verb).permissions[0])
        own = user.pk in (found.drafted_by_id, found.submitted_by_id)
        if verb == "approve" and step["may"] and own and not lateness.is_emergency(found, documents.latest(), on=_today(county)):
            step = {"may": False, "why": _("这一份由您拟定或送审，须由另一位有审定权限的人审定。")}
        steps.append({"verb": verb, "words": LABELS[verb](), "form": forms.get(verb), **step})
    return steps


def _overtaken(found: Release, before: Release | None, county: County) -> differences.Told | None:
    """What has changed in the roster since it was drafted; None where nothing has, or it is not on its way."""
    if found.state in (ReleaseState.PUBLISHED, ReleaseState.DISCARDED):
        return None
    since = releases.since(found, before, county, timezone.now())
    return None if since.is_empty else differences.told(since)


def _late(found: Release, county: County) -> lateness.Lateness | None:
    """How late it would be, published today; None for one that is not on its way."""
    if found.state in (ReleaseState.PUBLISHED, ReleaseState.DISCARDED):
        return None
    return lateness.of(found, documents.latest(), county=county, on=_today(county))


def _today(county: County) -> date:
    return timezone.localdate(timezone=county.zone)
