"""Register a letter or a call, hand out its slip once, and open the files of a case."""

import uuid
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from petitions import case_slips
from petitions.actions import cases, materials
from petitions.forms.letters import LetterForm
from petitions.models import Case, Material
from reception import codes
from reception.actions import tracking
from reception.admin.base import may, signed_in
from reception.errors import Forbidden, Refused
from reception.models import County

SUFFIXES = {"image/jpeg": "jpg", "application/pdf": "pdf"}
GROUPS = (
    (lambda: _("怎么来的"), ("way", "received_on", "addressed_to", "papers", "read_back")),
    (lambda: _("谁"), ("name", "phone", "no_phone", "id_number", "other_paper", "address", "people", "representatives")),
    (lambda: _("什么事"), ("topic", "matter", "wish", "accused_leader", "accused_department", "accused_user")),
)


def new(request: HttpRequest) -> HttpResponse:
    """The form, on one page; then the slip. Nothing typed is lost by a refusal."""
    user, county = signed_in(request)
    may(user, "case.register")
    at = timezone.now()
    on = timezone.localdate(at, timezone=county.zone)
    form = LetterForm(county, request.POST or None, request.FILES or None, on=on)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"said": form.received(), "key": form.cleaned_data["key"], "files": form.cleaned_data["papers"]}
        try:
            with transaction.atomic():
                receipt = cases.register(**given, county=county, by=user, at=at)
            return _slip_page(request, receipt.case, receipt.code, county)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        **admin.site.each_context(request),
        "title": _("登记来信来电"),
        "form": form,
        "groups": [(title(), [form[name] for name in names if name in form.fields]) for title, names in GROUPS],
    }
    return render(request, "admin/case_new.html", context)


@require_POST
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip as PDF, for whoever has just been told the code; it is kept nowhere."""
    user, county = signed_in(request)
    may(user, "case.register")
    at = timezone.now()
    seen = Case.objects.visible_to(user, on=timezone.localdate(at, timezone=county.zone))
    case = get_object_or_404(seen.select_related("topic", "addressed_to"), pk=pk)
    try:
        code = codes.read_code(request.POST.get("code", ""))
    except codes.Mistyped:
        code = ""
    if not tracking.fits(code, case.code_hash):
        return HttpResponseBadRequest(_("查询码不对。"), content_type="text/plain; charset=utf-8")
    response = HttpResponse(case_slips.pdf(case, code, county=county, at=at), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="case-{case.number}.pdf"'
    return response


@require_safe
def material(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """``admin:case_material``: one file. That it was opened, and by whom, is in the journal before a byte is sent."""
    user, county = signed_in(request)
    at = timezone.now()
    seen = Case.objects.visible_to(user, on=timezone.localdate(at, timezone=county.zone))
    row = get_object_or_404(Material.objects.select_related("case").filter(case__in=seen), uid=uid)
    try:
        opened = materials.open_for(material=row, county=county, by=user, at=at)
    except Refused as refusal:
        status = 403 if isinstance(refusal, Forbidden) else 404
        context = {"sentence": refusal.sentence, "links": [], "status": status}
        return render(request, "reception/missing.html", context, status=status)
    response = HttpResponse(opened.content, content_type=opened.media_type)
    # Our own name: what the sender called it may name people, and is nobody's business in a download folder.
    response["Content-Disposition"] = f'attachment; filename="{row.uid}.{SUFFIXES.get(row.media_type, "bin")}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _slip_page(request: HttpRequest, case: Case, code: str, county: County) -> HttpResponse:
    """Number and code in large type, to be printed or read out."""
    context = {
        **admin.site.each_context(request),
        "title": _("信访事项登记单"),
        "case": case,
        "number": codes.show_number(case.number),
        "code": codes.show_code(code),
        "facts": case_slips.facts(case, county),
        "notes": case_slips.notes(),
    }
    return render(request, "admin/case_slip.html", context)
