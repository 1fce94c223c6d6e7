"""The bureau gives a petitioner the copy of their own case at the counter: a POST, with how their identity was checked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from petitions import copies
from petitions.actions import copies as act
from petitions.models import Case
from reception.admin.base import may, signed_in, written
from reception.errors import Refused


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """``admin:case_copy``: the ZIP. It names the petitioner, so the reading is in the journal before a byte is sent."""
    user, county = signed_in(request)
    may(user, "identity.read")
    at = timezone.now()
    rows = Case.objects.visible_to(user, on=timezone.localdate(at, timezone=county.zone))
    found = get_object_or_404(rows, pk=pk)
    try:
        said = act.give(case=found, reason=written(request, "reason"), county=county, by=user, at=at)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse("admin:case", args=[found.pk]))
    return copies.answer(found, said, county=county, at=at)
