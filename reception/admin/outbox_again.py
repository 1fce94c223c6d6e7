"""Many messages sent again at once, after a long outage say: chosen in the outbox, shown how many to how many people, then done."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from reception import clock, kept_back, outbox_words, resending
from reception.actions import messages as outgoing
from reception.admin.base import may, row_id, signed_in
from reception.errors import Refused
from reception.models import TO_SEE_TO, Message

# Each is written to see whether it still holds: so many are a few seconds.
MOST = 500


@admin.action(description=gettext_lazy("再发一次"), permissions=["settle"])
def again(model_admin: Any, request: HttpRequest, queryset: "QuerySet[Message]") -> HttpResponse:
    """Show what would be sent again, of what is chosen in the list; nothing is done yet."""
    user, county = signed_in(request)
    may(user, "messages.settle")
    at = clock.now()
    rows = queryset.filter(state__in=TO_SEE_TO)
    found = resending.look(rows.order_by("due_at", "pk")[:MOST], county=county, at=at)
    total = rows.count()
    kinds = Counter(outbox_words.kind(row.kind) for row in found.ready)
    context = {
        **admin.site.each_context(request),
        "title": gettext("再发一次"),
        "found": found,
        "kinds": kinds.most_common(),
        "settled": queryset.count() - total,
        "later": max(total - MOST, 0),
        "most": MOST,
    }
    return render(request, "admin/messages_again.html", context)


@require_POST
def confirmed(request: HttpRequest) -> HttpResponse:
    """Send again what was shown, as far as it still is to be."""
    user, county = signed_in(request)
    may(user, "messages.settle")
    at = clock.now()
    ids = [row_id(given) for given in request.POST.getlist("message")[:MOST]]
    on = at.astimezone(county.zone).date()
    rows = kept_back.messages(Message.objects.select_related("recipient", "identity"), user, on=on)
    found = resending.look(rows.filter(pk__in=ids, state__in=TO_SEE_TO).order_by("pk"), county=county, at=at)
    try:
        count = outgoing.again_together(rows=found.ready, county=county, by=user, at=at)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        words = ngettext("%(count)d 条消息已排入发送。", "%(count)d 条消息已排入发送。", count)
        messages.success(request, words % {"count": count})
    return HttpResponseRedirect(reverse("admin:reception_message_changelist"))
