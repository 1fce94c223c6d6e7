"""The page of openings: what waits for a second person, what is open now, and what was."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.actions import disclosures as act
from petitions.models import Case, Disclosure
from reception.admin.base import may, row_id, signed_in
from reception.errors import Refused

SHOWN = 100


class AgreeForm(forms.Form):
    days = forms.TypedChoiceField(
        label=gettext_lazy("开放"),
        coerce=int,
        choices=[(1, gettext_lazy("至今日二十四时")), (2, gettext_lazy("至明日二十四时")), (3, gettext_lazy("至后日二十四时"))],
    )


def disclosures(request: HttpRequest) -> HttpResponse:
    """The lists, for whoever may open cases; nothing of a case that they are kept from themselves."""
    user, county = signed_in(request)
    may(user, "case.disclose")
    at = timezone.now()
    on = timezone.localdate(at, timezone=county.zone)
    rows = Disclosure.objects.exclude(case__in=Case.objects.walled(user, on=on).order_by().values("pk"))
    form = AgreeForm(request.POST or None)
    if request.method == "POST":
        row = get_object_or_404(rows, pk=row_id(request.POST.get("disclosure", "")))
        who: dict[str, Any] = {"disclosure": row, "county": county, "by": user, "at": at}
        try:
            if request.POST.get("do") == "end":
                act.end(**who)
            elif form.is_valid():
                act.agree(days=form.cleaned_data["days"], **who)
            else:
                raise Refused(_("请选择开放到哪一天。"))
            messages.success(request, _("已办理。"))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse("admin:disclosures"))
    shown = list(rows.select_related("case", "to", "asked_by", "agreed_by", "ended_by")[:SHOWN])
    waiting = [row for row in shown if not row.agreed_at and not row.ended_at]
    running = [row for row in shown if row.ends_at and row.ends_at > at and not row.ended_at]
    context = {
        **admin.site.each_context(request),
        "title": _("破窗查阅"),
        "waiting": waiting,
        "open": running,
        "over": [row for row in shown if row not in waiting and row not in running],
        "form": AgreeForm(),
        "user_pk": user.pk,
    }
    return render(request, "admin/disclosures.html", context)
