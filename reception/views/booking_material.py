"""Photos and papers with the form. A file is drawn anew while no transaction is open: that may take seconds, and holds nothing up."""

import uuid
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import materials, scope
from reception.actions import drafts, uploads
from reception.errors import Refused
from reception.http import find
from reception.models import County, Upload
from reception.quiet import quiet
from reception.views.booking_seat import Seat, seat_of


@quiet
def material(request: HttpRequest, county: str, uid: uuid.UUID) -> HttpResponse:
    """Add files, take one out, or go on. Each file that can't be taken is named with its reason; the others stay."""
    found = find(county)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    # With "go on", too: whoever has chosen files and goes on means to send them.
    files = [file for file in request.FILES.getlist("files") if file.name]
    refusals = _taken(request, found, uid, files) if do in ("add", "next") else []
    if do == "add" and not files:
        refusals = [_("请先选择文件，再按“上传”。")]
    with scope.county(found), timezone.override(found.zone):
        seat = seat_of(request, found, uid)
        if seat.draft.booking_id:
            return seat.receipt()
        if do.startswith("remove "):
            _removed(seat, do.removeprefix("remove "))
            return seat.go("material")
        if do == "next" and not refusals:
            row, why = drafts.write(draft=seat.draft, page="material", typed={}, **seat.who)
            seat.typed = drafts.contents(row, county=found)
            return seat.go("sitting", why) if why else seat.onward()
        if do == "add" and not refusals:
            return seat.go("material")
        rows = Upload.objects.filter(draft=seat.draft)
        context = {
            "files": uploads.named(rows, county=found),
            "refusals": refusals,
            "most": materials.MOST_FILES,
            "page": "material",
        }
        return seat.page("booking/material.html", context)


def _taken(request: HttpRequest, county: County, uid: uuid.UUID, files: list[UploadedFile]) -> list[str]:
    """Keep the files that can be kept; why the others can't, each by its name."""
    inside = partial(scope.county, county)
    with inside():
        seat = seat_of(request, county, uid)
        try:
            uploads.room(draft=seat.draft, sizes=[file.size or 0 for file in files])
        except Refused as refusal:
            return [refusal.sentence]
    refusals = []
    for file in files:
        try:
            made = materials.remade(file.read())
            with inside():
                uploads.add(draft=seat.draft, name=file.name or "", material=made, **seat.who)
        except Refused as refusal:
            refusals.append((file.name or "")[:60] + _("：") + refusal.sentence)
    return refusals


def _removed(seat: Seat, which: str) -> None:
    try:
        uid = uuid.UUID(which)
    except ValueError:
        return
    uploads.remove(draft=seat.draft, uid=uid, **seat.who)
