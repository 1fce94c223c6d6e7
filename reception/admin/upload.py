"""A booking's material, for whoever may see it: always a download, never shown by the browser on our own address."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reception.actions import uploads
from reception.admin.base import may, signed_in
from reception.errors import Refused
from reception.models import Booking, Upload

SUFFIXES = {"image/jpeg": "jpg", "application/pdf": "pdf"}


@require_GET
def upload(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """``admin:upload``: one file. That it was opened, and by whom, is in the journal before a byte is sent."""
    user, county = signed_in(request)
    may(user, "material.read")
    seen = Booking.objects.visible_to(user, on=timezone.localdate(timezone=county.zone)).order_by()
    row = get_object_or_404(Upload.objects.filter(booking__in=seen.values("pk")).select_related("booking"), uid=uid)
    try:
        opened = uploads.open_for(upload=row, county=county, by=user, at=timezone.now())
    except Refused as refusal:
        context = {"sentence": refusal.sentence, "links": [], "status": 404}
        return render(request, "reception/missing.html", context, status=404)
    response = HttpResponse(opened.content, content_type=opened.media_type)
    # Our own name: what the sender called it may name people, and is nobody's business in a download folder.
    response["Content-Disposition"] = f'attachment; filename="{row.uid}.{SUFFIXES.get(row.media_type, "bin")}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
