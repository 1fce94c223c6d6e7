"""The list of cases: one box, filters, fifty on a page, and never a case or a count of what the reader is kept from."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.actions import filters, finding
from petitions.actions.finding import MOST
from petitions.forms.pick import PickForm
from petitions.models import Case
from petitions.models.cases import CaseQuerySet
from reception import codes
from reception.admin.base import may, row_id, signed_in, written
from reception.errors import Refused
from reception.models import User
from reception.roles import permits

A_PAGE = 50
# Of a form that was sent, what is not for the next page of the list.
OF_THIS_PAGE = ("page", "csrfmiddlewaretoken", "keep", "let_go", "name")


def cases(request: HttpRequest) -> HttpResponse:
    """GET filters, by addresses that can be kept; words come by POST, so that no name is ever in an address."""
    user, county = signed_in(request)
    may(user, "case.list")
    refused = ""
    if request.method == "POST" and {"keep", "let_go"} & request.POST.keys():
        try:
            return _filters(request, user)
        except Refused as refusal:
            refused = refusal.sentence
    at = timezone.now()
    on = timezone.localdate(at, timezone=county.zone)
    given = request.POST if request.method == "POST" else request.GET.copy()
    if request.method != "POST":
        given.pop("q", None)
    form = PickForm(given)
    valid = form.is_valid()
    seen: CaseQuerySet = form.picked(Case.objects.visible_to(user, on=on), on=on) if valid else Case.objects.none()
    said = form.cleaned_data.get("q", "") if valid else ""
    rows, cut = seen.order_by("-received_on", "-pk"), False
    by: tuple[str, ...] = ()
    if said:
        narrowed = form.narrows or not permits(user.held, "case.view")
        found = finding.find(said=said, rows=seen, narrowed=narrowed, county=county, by=user, at=at)
        rows, by, cut = finding.cases_of(found), found.by, found.is_cut
        count = min(len(found.ids), MOST)
    else:
        # Nobody turns a thousand pages, and counting a million rows costs more than showing fifty.
        counted = seen.order_by()[: MOST + 1].count()
        count, cut = min(counted, MOST), counted > MOST
    page = _page(rows, count, given.get("page", ""))
    context = {
        **admin.site.each_context(request),
        "title": _("信访事项"),
        "opts": Case._meta,
        "form": form,
        "said": said,
        "by": by,
        "count": f"{MOST}+" if cut else str(count),
        "page": page,
        "rows": [(row, codes.show_number(row.number)) for row in page.object_list],
        "on": on,
        "kept": [] if said else filters.of(user),
        "refused": refused,
        "typed": request.POST.get("name", ""),
        "asked": _asked(given) if request.method != "POST" else "",
        "posted": [(name, value) for name, value in given.items() if name not in OF_THIS_PAGE] if request.method == "POST" else [],
    }
    return render(request, "admin/case_list.html", context)


def _filters(request: HttpRequest, user: User) -> HttpResponse:
    """Keep what is chosen under a name, or let a kept filter go; then the list again, by the address of what is chosen."""
    address = reverse("admin:petitions_case_changelist")
    if "let_go" in request.POST:
        filters.let_go(pk=row_id(request.POST["let_go"]), by=user)
        return redirect(address)
    form = PickForm(request.POST)
    chosen = (
        {name: request.POST[name] for name, value in form.cleaned_data.items() if value and name != "q"} if form.is_valid() else {}
    )
    kept = filters.keep(name=written(request, "name"), chosen=chosen, by=user)
    return redirect(f"{address}?{kept.query}")


class _Counted(Paginator):
    """A paginator that is told the count."""

    def __init__(self, rows: Any, count: int) -> None:
        super().__init__(rows, A_PAGE)
        self.told = count

    @property
    def count(self) -> int:
        return self.told


def _page(rows: CaseQuerySet, count: int, wanted: str) -> Any:
    return _Counted(rows.select_related("topic", "department"), count).get_page(wanted)


def _asked(given: Any) -> str:
    asked = given.copy()
    asked.pop("page", None)
    return str(asked.urlencode())
