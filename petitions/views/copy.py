"""The petitioner takes the copy of their own case, having opened it by number and code in this browser within the half hour."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from petitions import copies
from petitions.actions import copies as act
from petitions.models import Case
from reception import opened, scope
from reception.models import County, User


@login_not_required
@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    """``petitions:copy``: the ZIP of what was opened last; a booking without a case has none yet."""
    at, kept = timezone.now(), request.session.get(opened.KEPT)
    if not kept or datetime.fromisoformat(kept["until"]) <= at:
        messages.info(request, _("为保护您的信息，查询页面半小时后自动关闭。请重新输入编号和查询码。"))
        return HttpResponseRedirect(reverse("reception:track"))
    county = County.objects.get(pk=kept["county"])
    with scope.county(county), timezone.override(county.zone):
        case = Case.objects.filter(Q(uid=kept["uid"]) | Q(booking__uid=kept["uid"])).first()
        if case is None:
            raise Http404
        said = act.take(case=case, county=county, by=User.objects.system(), at=at)
        return copies.answer(case, said, county=county, at=at)
