"""The page of one day: which departments attend, and, once it is over, its notes."""

from typing import Any
from urllib.parse import quote

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import printing
from reception import summons as paper
from reception.actions import attendance
from reception.actions.candidates import receives
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.forms.desk import DayNoteForm, DepartmentsForm
from reception.models import Attendance, DayState, ReceptionDay, Sitting, Substitution, SubstitutionState


def day(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the departments of each sitting while the day is planned or published; afterwards only notes are added."""
    user, county = signed_in(request)
    may(user, "roster.view")
    found = get_object_or_404(ReceptionDay, pk=pk)
    sittings = list(found.sittings.select_related("leader", "post", "day").order_by("rotation__position", "starts"))
    do = request.POST.get("do", "")
    in_force = Substitution.objects.filter(sitting__in=sittings, state=SubstitutionState.IN_FORCE).select_related("leader", "post")
    instead = {row.sitting_id: row for row in in_force}
    rows = [(sitting, _form(request, sitting, do), attendance.proposed(sitting), instead.get(sitting.pk)) for sitting in sittings]
    note = DayNoteForm(request.POST if do == "note" else None)
    if request.method == "POST":
        who: dict[str, Any] = {"county": county, "by": user, "at": timezone.now()}
        try:
            with transaction.atomic():
                if do == "note" and note.is_valid():
                    attendance.annotate(day=found, text=note.cleaned_data["text"], **who)
                    return HttpResponseRedirect(request.path)
                for sitting, form, _proposed, _over in rows:
                    if do == str(sitting.pk) and form.is_valid():
                        changed = attendance.choose(sitting=sitting, departments=form.cleaned_data["departments"], **who)
                        if changed and found.state == DayState.PUBLISHED:
                            messages.warning(
                                request, _("陪同部门已改。这一天已经公布，请到排班页拟定并公布新的一期，群众才会看到。")
                            )
                        return HttpResponseRedirect(request.path)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    context = {
        **admin.site.each_context(request),
        "title": _("%(day)s 陪同部门与备注") % {"day": found.day},
        "day": found,
        "rows": rows,
        "note": note,
        "remarks": found.notes.select_related("by"),
        "may_run": button(user, "day.run")["may"] and found.state != DayState.PLANNED,
        "editable": attendance.editable(found, on=timezone.localdate(timezone=county.zone)),
        "choose": button(user, "attendance.choose"),
        "annotate": button(user, "day.annotate"),
    }
    return render(request, "admin/day.html", context)


def summons(request: HttpRequest, pk: int) -> HttpResponse:
    """The summons of one department, to be printed and sent."""
    user, county = signed_in(request)
    may(user, "roster.view")
    rows = Attendance.objects.select_related("sitting__day", "sitting__place", "sitting__leader", "department")
    row, at = get_object_or_404(rows, pk=pk), timezone.now()
    topics = attendance.topics_for(row)
    data = paper.compose(row, receives=receives(row.sitting), topics=topics, county=county, at=at)
    try:
        content = paper.pdf(data, at=at)
    except printing.Unprintable:
        words = _("这份文件暂时无法生成，管理人员已能看到这个问题。")
        return HttpResponse(words, status=500, content_type="text/plain; charset=utf-8")
    name = quote(f"summons-{row.sitting.day.day}-{row.department.code}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f"inline; filename={name}"})


def _form(request: HttpRequest, sitting: Sitting, do: str) -> DepartmentsForm:
    given = request.POST if do == str(sitting.pk) else None
    chosen = list(sitting.attendances.values_list("department", flat=True))
    return DepartmentsForm(given, initial={"departments": chosen}, prefix=str(sitting.pk))
