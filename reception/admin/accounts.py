"""For someone who has lost their second factor, or whose device has: reset it, and sign them out everywhere."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception.actions import accounts
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.models import User


def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the two things that can be done, and what each leads to."""
    user, county = signed_in(request)
    may(user, "accounts.view")
    person = get_object_or_404(User, pk=pk, county=county)
    if request.method == "POST":
        deeds = {"second_factor": accounts.reset_second_factor, "sessions": accounts.end_sessions}
        said = {"second_factor": _("第二重验证已重置。"), "sessions": _("已在所有设备上退出。")}
        do = request.POST.get("do", "")
        try:
            if do not in deeds:
                raise Refused(_("请选择要做的事。"))
            deeds[do](person=person, county=county, by=user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, said[do])
        return HttpResponseRedirect(reverse("admin:account", args=[pk]))
    context = {
        **admin.site.each_context(request),
        "title": _("%(name)s：登录安全") % {"name": person.name},
        "person": person,
        "edit": button(user, "accounts.edit"),
    }
    return render(request, "admin/account.html", context)
