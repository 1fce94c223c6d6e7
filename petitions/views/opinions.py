"""A leader looks at the opinions on cases they instructed, before these are issued: agrees, or sends them back with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions import instructions
from petitions.actions import cases
from petitions.actions import opinions as act
from petitions.forms.opinions import words
from petitions.models import Case, Opinion
from reception import scope
from reception.actions.permissions import own_leaders
from reception.errors import Refused
from reception.http import prefix
from reception.models import County, Leader, User
from reception.roles import permits


class SendBackForm(forms.Form):
    reason = words(label=gettext_lazy("退回的理由"), rows=3, max_length=300)


def opinions(request: HttpRequest) -> HttpResponse:
    """What waits for the leader's look, and what they looked at lately; POST agrees to one, or sends it back."""
    user = request.user
    if not isinstance(user, User) or user.county is None:
        raise Http404
    county, at = user.county, timezone.now()
    with scope.county(county), timezone.override(county.zone):
        leaders = own_leaders(user, on=timezone.localdate(at, timezone=county.zone))
        if not leaders or not permits(user.held, "case.look_own"):
            response = render(request, "desk/not_yours.html", {"county": county}, status=403)
        else:
            response = _page(request, user, county, leaders, at)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, user: User, county: County, leaders: list[Leader], at: Any) -> HttpResponse:
    wanted = request.GET.get("leader") or request.POST.get("leader")
    leader = next((one for one in leaders if one.code == wanted), leaders[0])
    on = timezone.localdate(at, timezone=county.zone)
    seen = Case.objects.visible_to(user, on=on).filter(instructed_by=leader)
    failed: dict[int, forms.Form] = {}
    if request.method == "POST":
        raw = request.POST.get("case", "")
        case = get_object_or_404(seen, pk=int(raw) if raw.isdecimal() and len(raw) < 18 else 0)
        form = SendBackForm(request.POST)
        try:
            said = _settled(request.POST.get("do", ""), request.POST.get("seen", ""), case, form, county, user, at)
        except Refused as refusal:
            form.full_clean()
            form.add_error(None, refusal.sentence)
            said = ""
        if said:
            messages.info(request, said)
            query = f"?leader={leader.code}" if len(leaders) > 1 else ""
            return HttpResponseRedirect(reverse("petitions:opinions") + query)
        failed[case.pk] = form
    rows = instructions.unseen(leader, user=user, on=on).select_related("case__topic", "referral__department")
    rows = rows.prefetch_related("answers")
    looked = Opinion.objects.filter(case__in=seen.values("pk"), seen_by__isnull=False).select_related("case", "seen_by")
    context = {
        "leader": leader,
        "leaders": leaders,
        "in_person": leader.user_id == user.pk,
        "query": f"?leader={leader.code}" if len(leaders) > 1 else "",
        "county": county,
        "slug": county.slug,
        "prefix": prefix(),
        "rows": [(row, failed.get(row.case_id) or SendBackForm(auto_id=f"id_{row.pk}_%s")) for row in rows],
        "looked": looked.order_by("-seen_at")[:20],
        "failed": [form for pk, form in failed.items() if pk not in {row.case_id for row in rows}],
    }
    return render(request, "desk/opinions.html", context)


def _settled(verb: str, version: str, case: Case, form: forms.Form, county: County, user: User, at: Any) -> str:
    """What was done, in words; empty where the form has to be shown again. Raises `Refused`."""
    with transaction.atomic():
        row = cases.locked(case)
        draft = act.waiting(row)
        if draft is None or str(draft.version) != version:
            raise Refused(_("您打开这一页以后，这份意见有了变化。没有保存；请核对最新的一版。"))
        if verb == "agree":
            act.look(case=row, county=county, by=user, at=at)
            return _("已审阅 %(number)s 的处理意见。") % {"number": case.number}
        if verb != "send_back":
            raise Refused(_("没有这个操作。请刷新页面。"))
        if not form.is_valid():
            return ""
        act.send_back(case=row, reason=form.cleaned_data["reason"], county=county, by=user, at=at)
        return _("已退回 %(number)s 的处理意见。") % {"number": case.number}
