"""Before a county's reminders are set otherwise: who would have been told what over the last month. Nothing is stored."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception import clock, foreseen
from reception.admin.base import may, signed_in
from reception.models import County


def foresee(request: HttpRequest) -> HttpResponse:
    """The settings as they were typed, not saved, and what follows from them; or what is wrong with them, in sentences."""
    user, county = signed_in(request)
    may(user, "county.edit")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    typed = County.objects.get(pk=county.pk)
    form_class: Any = admin.site.get_model_admin(County).get_form(request, typed, change=True)
    form = form_class(request.POST, instance=typed)
    context = {**admin.site.each_context(request), "title": _("试算提醒"), "county": county}
    if not form.is_valid():
        wrong = [(form.fields[name].label if name in form.fields else "", errors) for name, errors in form.errors.items()]
        return render(request, "admin/foresee.html", {**context, "wrong": wrong})
    at = clock.now()
    rows = foreseen.last_month(form.instance, at=at)
    context |= {
        "rows": [{"row": row, "rule": rule_words(row.rule)} for row in rows],
        "total": sum(row.count for row in rows),
        "people": len({row.person.pk for row in rows}),
        "now": sum(row.count for row in foreseen.last_month(county, at=at)),
    }
    return render(request, "admin/foresee.html", context)


def rule_words(rule: str) -> str:
    """A rung of the ladder in words."""
    if rule == "half":
        return _("期限过半")
    days = int(rule)
    if days == 0:
        return _("届满当日")
    if days < 0:
        return ngettext("届满前 %(n)d 天", "届满前 %(n)d 天", -days) % {"n": -days}
    return ngettext("超期 %(n)d 天", "超期 %(n)d 天", days) % {"n": days}
