"""Files for staff: asked for by POST, listed for whoever asked with how far each is, and taken by POST, for that is in the journal."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from petitions.actions import exports as act
from petitions.models import Export, ExportKind, ExportState
from petitions.reports import listing
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from scheduling import periods

LISTED = 50
OPEN = (ExportState.WAITING, ExportState.MAKING)


@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """One's own exports, the newest first; POST asks for one more. The page looks again by itself while something is made."""
    user, _county = signed_in(request)
    may(user, "report.export")
    at = timezone.now()
    if request.method == "POST":
        try:
            _ask(request, at)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return _listed(request, status=409)
        return HttpResponseRedirect(reverse("admin:exports"))
    return _listed(request)


def _ask(request: HttpRequest, at: Any) -> None:
    user, county = signed_in(request)
    kind = request.POST.get("kind", "")
    if kind not in ExportKind.values:
        raise Refused(_("请选择要导出什么。"))
    period, columns = request.POST.get("period", "").strip(), request.POST.getlist("columns")
    language = get_language() or "zh-hans"
    made = act.ask(kind=ExportKind(kind), period=period, columns=columns, language=language, county=county, by=user, at=at)
    if act.is_short():
        act.make_due(county=county, at=at)
        made.refresh_from_db()
    if made.state == ExportState.READY:
        messages.success(request, _("文件已生成，可以下载。"))
    else:
        messages.info(request, _("正在后台生成，生成以后在这里下载。"))


def _listed(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    user, county = signed_in(request)
    rows = list(Export.objects.filter(asked_by=user)[:LISTED])
    last = periods.around(timezone.localdate(timezone=county.zone), periods.Length.MONTH).before
    context = {
        **admin.site.each_context(request),
        "title": _("我的导出"),
        "rows": rows,
        "kinds": [(kind.value, kind.label, button(user, act.PERMISSION[kind])) for kind in ExportKind],
        "columns": [(name, head()) for name, (head, _value) in listing.COLUMNS.items()],
        "most": listing.MOST,
        "days": act.KEPT.days,
        "period": request.POST.get("period", last.key),
        "kind": request.POST.get("kind", ExportKind.REPORT_XLSX.value),
        "chosen": request.POST.getlist("columns") or list(listing.COLUMNS),
    }
    response = render(request, "admin/exports.html", context, status=status)
    if any(row.state in OPEN for row in rows):
        response.headers["Refresh"] = f"3; url={reverse('admin:exports')}"
    return response


@require_POST
def export(request: HttpRequest, uid: Any) -> HttpResponse:
    """The file, for whoever asked for it and for nobody else."""
    user, county = signed_in(request)
    row = get_object_or_404(Export, uid=uid, asked_by=user)
    try:
        found = act.take(export=row, county=county, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse("admin:exports"))
    response = HttpResponse(found.content, content_type=found.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response
