"""How a person gets into their account: a password where there is none, and for someone who lost the second factor or a device."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reception import account_letters
from reception.actions import accounts
from reception.admin.base import button, may, signed_in
from reception.errors import Refused
from reception.models import User

# What each deed does, what the page says then, and what the person is told by a letter.
DEEDS: dict[str, tuple[Callable[..., object], Callable[[], str], Callable[[], str]]] = {
    "second_factor": (
        accounts.reset_second_factor,
        lambda: _("第二重验证已重置。"),
        lambda: _("安全管理员重置了您的第二重验证。下次登录时请重新设置。"),
    ),
    "sessions": (
        accounts.end_sessions,
        lambda: _("已在所有设备上退出。"),
        lambda: _("安全管理员结束了您在所有设备上的登录。"),
    ),
    "password": (
        accounts.give_password,
        lambda: _("初始密码已生成，只显示这一次。"),
        lambda: _("安全管理员为您的账号生成了初始密码，原来的密码作废，所有设备上的登录已结束。"),
    ),
}


def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what can be done, and what each leads to. A password that was drawn stands in the answer itself, and nowhere else."""
    user, county = signed_in(request)
    may(user, "accounts.view")
    person = get_object_or_404(User, pk=pk, county=county)
    given = ""
    if request.method == "POST":
        try:
            given = _done(request, person)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        if not given:
            return HttpResponseRedirect(reverse("admin:account", args=[pk]))
    context = {
        **admin.site.each_context(request),
        "title": _("%(name)s：登录安全") % {"name": person.name},
        "person": person,
        "edit": button(user, "accounts.edit"),
        "given": given,
        "lives": accounts.GIVEN_LIVES.days,
    }
    return render(request, "admin/account.html", context)


def _done(request: HttpRequest, person: User) -> str:
    """Do what was asked and say so; the password that was drawn, where one was."""
    user, county = signed_in(request)
    do, now = request.POST.get("do", ""), timezone.now()
    if do == "link":
        accounts.send_link(person=person, county=county, by=user, at=now)
        if not account_letters.password_link(person, request):
            raise Refused(_("邮件没有发出去：请过一会儿再试，或者生成初始密码当面交给本人。"))
        messages.success(request, _("设置密码的邮件已发出。"))
        return ""
    if do not in DEEDS:
        raise Refused(_("请选择要做的事。"))
    deed, said, told = DEEDS[do]
    given = deed(person=person, county=county, by=user, at=now)
    messages.success(request, said())
    account_letters.changed(person, told(), request)
    return str(given or "")
