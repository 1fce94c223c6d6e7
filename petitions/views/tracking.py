"""One's own case, by number and code: where it stands, its documents, rate it, ask for a review, take it back. For half an hour.

No account, no script, nothing kept, nothing of a person in an address. What the petitioner does is done through the system's account.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from petitions import application_papers, document_papers
from petitions.actions import ratings, reviews, withdrawals
from petitions.forms.tracking import CodeForm, RateForm, ReviewForm
from petitions.models import Case, Document, DocumentKind, Grade, Level, RatedBody, Review
from petitions.standing import Standing
from petitions.views.desk import printed
from reception import browsers, codes, opened, scope, visitors
from reception.actions import identities, tracking, wishes
from reception.errors import Refused
from reception.http import prefix
from reception.models import County, User

P = ParamSpec("P")


@dataclass(frozen=True)
class Visit:
    """A browser that has opened a case."""

    request: HttpRequest
    county: County
    case: Case
    at: datetime

    @property
    def stand(self) -> Standing:
        return Standing(self.case, self.county, self.at)

    @property
    def who(self) -> dict[str, Any]:
        """What every action is told: the petitioner acts through the portal."""
        return {"case": self.case, "county": self.county, "by": User.objects.system(), "at": self.at}

    @property
    def person(self) -> dict[str, str]:
        """Who they are, for their own papers: in clear, unless it was destroyed."""
        try:
            found = identities.opened(self.case.identity, county=self.county)
        except Refused:
            return identities.masked(self.case.identity, county=self.county)
        return {
            "name": found.name,
            "phone": found.phone,
            "id_number": found.id_number or found.other_paper,
            "address": found.address,
        }

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        shared = {
            "stand": self.stand,
            "case": self.case,
            "county": self.county,
            "slug": self.county.slug,
            "prefix": prefix(),
            "number": codes.show_number(self.case.number),
            "today": timezone.localdate(self.at),
        }
        return render(self.request, template, shared | context, status=status)


@contextmanager
def visiting(request: HttpRequest, kept: opened.Opened, at: datetime) -> Iterator[Visit]:
    """The case that is open, in its county's transaction."""
    county = County.objects.get(pk=kept.county_id)
    with scope.county(county), timezone.override(county.zone):
        rows = Case.objects.select_related("identity", "department", "topic", "joins__department", "booking__sitting__day")
        yield Visit(request, county, rows.get(uid=kept.uid), at)


def owned(view: Callable[Concatenate[Visit, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the case that this browser has opened; whoever has none, or none any more, is asked for number and code."""

    @opened.private
    @wraps(view)
    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        at = timezone.now()
        kept = opened.now(request, at=at)
        if kept is None:
            return opened.again(request)
        if kept.kind != "case":
            return HttpResponseRedirect(kept.page)
        with visiting(request, kept, at) as visit:
            return view(visit, *args, **kwargs)

    return shown


@require_safe
@owned
def case(visit: Visit) -> HttpResponse:
    """Where it stands, what was told, until when, what can be done, and who opened it."""
    return _shown(visit)


def _shown(visit: Visit, failed: RateForm | None = None) -> HttpResponse:
    stand = visit.stand
    forms = [failed if failed and failed.body is body else RateForm(body=body) for body in stand.rateable]
    return visit.page(
        "track/matter.html",
        {"rate_forms": forms, "failed": failed, "form": failed, "sends_sms": visitors.sends_sms(visit.case.identity)},
    )


@require_POST
@owned
def sms(visit: Visit) -> HttpResponse:
    """Short messages, or none."""
    if not visitors.sends_sms(visit.case.identity):
        raise Http404
    wanted = visit.request.POST.get("wanted") == "1"
    with transaction.atomic():
        wishes.want_sms(identity=visit.case.identity, wanted=wanted, county=visit.county, by=User.objects.system(), at=visit.at)
    messages.info(visit.request, _("已记下：有新情况会给您发短信。") if wanted else _("已记下：不再给您发短信。"))
    return HttpResponseRedirect(reverse("petitions:track_case"))


@require_safe
@owned
def document(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """A document that was issued for the petitioner, with their own name."""
    row = get_object_or_404(Document.objects.select_related("case", "issuer"), uid=uid, case=visit.case, for_petitioner=True)
    return printed(document_papers.paper(row, county=visit.county, person=visit.person, at=visit.at))


@require_safe
@owned
def application(visit: Visit) -> HttpResponse:
    """The application for a review or re-review, filled in as far as is known, with room to write."""
    remedy = visit.stand.remedy
    against = _against(visit.case, remedy.level) if remedy else None
    if remedy is None or against is None:
        raise Http404
    paper = application_papers.application(visit.case, remedy, against, county=visit.county, person=visit.person, at=visit.at)
    return printed(paper)


def _against(of: Case, level: Level) -> Document | None:
    """The opinion, or the review's opinion, that is not agreed with."""
    kind = DocumentKind.OPINION if level is Level.REVIEW else DocumentKind.REVIEW
    rows = Document.objects.filter(case=of, kind=kind).select_related("issuer", "delivery")
    found: Document | None = rows.order_by("-issued_on", "-pk").first()
    return found


@require_POST
@owned
def rate(visit: Visit) -> HttpResponse:
    """A grade for the bureau or the unit."""
    body = visit.request.POST.get("body", "")
    if body not in RatedBody.values:
        raise Http404
    form = RateForm(visit.request.POST, body=RatedBody(body))
    if form.is_valid():
        try:
            with transaction.atomic():
                ratings.rate(
                    body=form.body, grade=Grade(form.cleaned_data["grade"]), comment=form.cleaned_data["comment"], **visit.who
                )
        except Refused as refusal:
            messages.error(visit.request, refusal.sentence)
        else:
            messages.info(visit.request, _("已记下您的评价，谢谢。"))
        return HttpResponseRedirect(reverse("petitions:track_case"))
    return _shown(visit, form)


@require_http_methods(["GET", "HEAD", "POST"])
@owned
def review(visit: Visit) -> HttpResponse:
    """Ask for a review or re-review in one's own words; a late one is decided by a person."""
    form = ReviewForm(visit.request.POST or None)
    if visit.request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = reviews.request(text=form.cleaned_data["text"], **visit.who)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            said = _("申请已收到。%(body)s将在期限内书面答复您。") % {"body": made.body} if isinstance(made, Review) else ""
            late = _("申请已收到。因为超过了期限，是否受理由工作人员决定，会书面告诉您。")
            messages.info(visit.request, said or late)
            return HttpResponseRedirect(reverse("petitions:track_case"))
    return visit.page("track/review.html", {"form": form})


@opened.private
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@sensitive_variables("code")
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask once, kindly, and for the code again; no reason is needed. The bureau confirms."""
    at = timezone.now()
    kept = opened.now(request, at=at)
    if kept is None:
        return opened.again(request)
    if kept.kind != "case":
        return HttpResponseRedirect(kept.page)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            # Outside the case's transaction: a wrong code stays counted.
            _owner(request, kept, code, at)
            with visiting(request, kept, at) as visit:
                withdrawals.ask(**visit.who)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.info(request, _("已收到您的撤回，信访部门会确认。随时可以再次提出，没有任何影响。"))
            return HttpResponseRedirect(kept.page)
    with visiting(request, kept, at) as visit:
        return visit.page("track/withdraw.html", {"form": form})


def _owner(request: HttpRequest, kept: opened.Opened, code: str, at: datetime) -> None:
    """Raises what `tracking.unlock` raises for a code that is not the case's."""
    with visiting(request, kept, at) as visit:
        number = visit.case.number
    address, known = get_adapter().get_client_ip(request), browsers.knows(request, number)
    tracking.unlock(number=number, code=code, address=address, known=known, at=at)
