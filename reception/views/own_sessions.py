"""Where a person has signed in; they end what they don't know, or don't need any more."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception import sessions
from reception.actions import accounts
from reception.models import User


@reauthentication_required(allow_get=True)
def sign_ins(request: HttpRequest) -> HttpResponse:
    """`end` names the session to end, or is `others`. Who did not confirm who they are lately is asked for it first."""
    user, at = request.user, timezone.now()
    assert isinstance(user, User)
    assert user.county is not None
    if request.method != "POST":
        found = sessions.of(user, request.session, at=at)
        return render(request, "account/sessions.html", {"sign_ins": found, "others": sum(not one.is_this for one in found)})
    chosen = set(request.POST.getlist("end"))
    with transaction.atomic():
        many = sessions.end(user, request.session, None if "others" in chosen else chosen, at=at)
        if many:
            accounts.own_sessions_ended(person=user, many=many, county=user.county, at=at)
    if many:
        messages.success(request, ngettext("已退出 %(count)d 台设备。", "已退出 %(count)d 台设备。", many) % {"count": many})
    else:
        messages.info(request, _("该设备已经退出，无需再操作。"))
    return redirect("account_sessions")
