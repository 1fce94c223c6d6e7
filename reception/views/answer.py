"""The link that a leader is sent: it shows the sitting; only a confirming POST answers, and only once. No account is needed."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from reception import scope
from reception.actions import answers, asking
from reception.errors import Refused
from reception.forms.desk import KindOfReasonForm
from reception.http import Missing, find, prefix
from reception.models import Answer, County

# Not "no-referrer": under it browsers send `Origin: null` with the form, which the CSRF check must refuse. "strict-origin" keeps the
# address, and the token in it, out of every referrer just as well.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "strict-origin"}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def answer(request: HttpRequest, county: str, token: str) -> HttpResponse:
    """Show what is asked, and take the answer."""
    try:
        found = find(county)
    except Missing as missing:
        context = {"sentence": missing.sentence, "links": missing.links, "status": missing.status}
        response = render(request, "reception/missing.html", context, status=missing.status)
    else:
        with scope.county(found), timezone.override(found.zone):
            response = _answered(request, found, token)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


@sensitive_variables("token")
def _answered(request: HttpRequest, county: County, token: str) -> HttpResponse:
    at = timezone.now()
    do = request.POST.get("do")
    form = KindOfReasonForm(request.POST if do == "decline" else None)
    refusal = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                if do == "accept":
                    answers.accept_by_link(token=token, county=county, at=at)
                    return _page(request, county, asking.find(token), at.astimezone(county.zone).date(), said=True)
                if do == "decline" and form.is_valid():
                    answers.decline_by_link(token=token, reason=form.cleaned_data["reason"], county=county, at=at)
                    return _page(request, county, asking.find(token), at.astimezone(county.zone).date(), said=True)
        except Refused as refused:
            refusal = refused.sentence
    return _page(request, county, asking.find(token), at.astimezone(county.zone).date(), form=form, refusal=refusal)


def _page(request: HttpRequest, county: County, found: Answer | None, today: date, **more: Any) -> HttpResponse:
    """The question while it stands; else what stands instead and what to do now."""
    is_open = found is not None and answers.is_open(found, on=today)
    context: dict[str, Any] = {"answer": found, "open": is_open, "over": found is not None and found.day < today, "county": county}
    context |= {"slug": county.slug, "prefix": prefix(), "today": today, **more}
    status = 200 if is_open or more.get("said") else 404 if found is None else 410
    if found is None and not more.get("refusal"):
        context["refusal"] = _("这个链接无效。")
    return render(request, "answer/answer.html", context, status=status)
