"""The page of one answer: who was asked, what they said and how; the bureau writes down what it was told by telephone."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception.actions import answers, asking
from reception.admin import history
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms.desk import KindOfReasonForm
from reception.models import Answer
from reception.workflows.answer import ANSWER


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it, and take down the answer."""
    user, county = signed_in(request)
    may(user, "roster.view")
    found = _found(pk)
    form = KindOfReasonForm(request.POST if request.POST.get("do") == "decline" else None)
    if request.method == "POST":
        who: dict[str, Any] = {"answer": found, "county": county, "by": user, "at": timezone.now()}
        try:
            with transaction.atomic():
                if request.POST.get("do") == "accept":
                    answers.accept(**who)
                    return HttpResponseRedirect(request.path)
                if request.POST.get("do") == "decline" and form.is_valid():
                    opened = answers.decline(reason=form.cleaned_data["reason"], **who)
                    return HttpResponseRedirect(reverse("admin:substitution", args=[opened.pk]) if opened else request.path)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        found = _found(pk)
    context = {
        **admin.site.each_context(request),
        "title": _("%(day)s %(leader)s：是否出席") % {"day": found.day, "leader": found.leader},
        "answer": found,
        "form": form,
        "able": button(user, "sitting.answer"),
        "possible": [action for action in ANSWER.possible(found.state) if action != "lapse"],
        "people": asking.reachable(found.leader, on=timezone.localdate(timezone=county.zone)),
        "history": history.about(f"answer {found.pk}"),
    }
    return render(request, "admin/answer.html", context)


def _found(pk: int) -> Answer:
    rows = Answer.objects.select_related("sitting__day", "sitting__place", "sitting__leader", "leader__user", "answered_by")
    return get_object_or_404(rows, pk=pk)
