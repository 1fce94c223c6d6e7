"""Write to the party secretary or the magistrate: a page to fill in, a page to check, a receipt. No account, no script."""

import uuid
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from petitions import case_slips
from petitions.actions import letters
from petitions.forms.writing import WriteForm
from reception import browsers, codes, materials, qr, scope
from reception.actions import drafts, uploads
from reception.errors import Refused
from reception.forms import booking as forms
from reception.http import Link, Missing, find, prefix
from reception.models import County, Draft, Upload, User
from reception.quiet import COOKIE, network, open_county, page, quiet, remember, secret_of


@sensitive_post_parameters()
@open_county
def new(request: HttpRequest, county: County) -> HttpResponse:
    """``/<county>/letters/new/``: the empty form; with it filled in, the form begins to be kept."""
    at = timezone.now()
    form = WriteForm(request.POST or None, county=county, on=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        secret = secret_of(request)
        try:
            with transaction.atomic():
                draft = letters.start(typed=form.typed, secret=secret, network=network(request), **_who(county, at))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            response = _to(county, "check", draft)
            remember(response, secret)
            return response
    return page(request, county, "letters/write.html", {"form": form})


@sensitive_post_parameters()
@open_county
def edit(request: HttpRequest, county: County, uid: uuid.UUID) -> HttpResponse:
    """The form again, with all that was typed."""
    at = timezone.now()
    draft = _draft(request, county, uid)
    if letters.receipt(draft, county=county):
        return _to(county, "receipt", draft)
    initial = WriteForm.initial_of(drafts.contents(draft, county=county))
    form = WriteForm(request.POST or None, initial=initial, county=county, on=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                letters.write(draft=draft, typed=form.typed, **_who(county, at))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _to(county, "check", draft)
    return page(request, county, "letters/write.html", {"form": form, "draft": draft})


@quiet
def check(request: HttpRequest, county: str, uid: uuid.UUID) -> HttpResponse:
    """Everything once more, and the files; then send it. Whatever stands in the way is said, and the rest stays."""
    found = find(county)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    # With "send", too: whoever has chosen files and sends means to send them.
    files = [file for file in request.FILES.getlist("files") if file.name] if do in ("add", "send") else []
    refusals = _taken(request, found, uid, files) if files else []
    if do == "add" and not files:
        refusals = [_("请先选择文件，再按“上传”。")]
    with scope.county(found), timezone.override(found.zone):
        at = timezone.now()
        draft = _draft(request, found, uid)
        if letters.receipt(draft, county=found):
            return _to(found, "receipt", draft)
        if do.startswith("remove "):
            _removed(draft, do.removeprefix("remove "), found)
            return _to(found, "check", draft)
        if do == "send" and not refusals:
            try:
                with transaction.atomic():
                    letters.send(draft=draft, **_who(found, at))
                return _to(found, "receipt", draft)
            except Refused as refusal:
                refusals = [refusal.sentence]
        return page(request, found, "letters/check.html", _checked(draft, found) | {"refusals": refusals})


@open_county
def receipt(request: HttpRequest, county: County, uid: uuid.UUID) -> HttpResponse:
    """Number and code, once; reachable again for half an hour."""
    draft = _draft(request, county, uid)
    sent = letters.receipt(draft, county=county)
    if sent is None:
        return _to(county, "check", draft)
    address = f"{settings.SITE_URL}{prefix()}/track/?n={sent.case.number}"
    context = {
        "draft": draft,
        "number": codes.show_number(sent.case.number),
        "code": codes.show_code(sent.code),
        "qr": qr.code(address),
        "facts": case_slips.facts(sent.case, county),
        "until": draft.expires_at,
    }
    response = page(request, county, "letters/receipt.html", context)
    # This browser knows the number from now on: others who guess at it can't lock its owner out.
    browsers.remember(response, request, sent.case.number)
    return response


@open_county
def slip(request: HttpRequest, county: County, uid: uuid.UUID) -> HttpResponse:
    """The same on paper, in large type. It is kept nowhere."""
    draft = _draft(request, county, uid)
    sent = letters.receipt(draft, county=county)
    if sent is None:
        return _to(county, "check", draft)
    pdf = case_slips.pdf(sent.case, sent.code, county=county, at=sent.case.registered_at)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{sent.case.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@open_county
def give_up(request: HttpRequest, county: County, uid: uuid.UUID) -> HttpResponse:
    """Forget everything at once, when asked to by a POST."""
    draft = _draft(request, county, uid)
    if request.method == "POST":
        letters.give_up(draft=draft, **_who(county, timezone.now()))
        return HttpResponseRedirect(reverse("reception:county", args=[county.slug]))
    return page(request, county, "letters/give_up.html", {"draft": draft})


def _checked(draft: Draft, county: County) -> dict[str, Any]:
    typed = drafts.contents(draft, county=county)
    to, accused = typed.get("addressed_to", ""), typed.get("accused_leader", "")
    return {
        "draft": draft,
        "typed": typed,
        "topic": forms.topic_name(typed["topic"]),
        "addressed_to": forms.leaders_name(to) if to != accused else "",
        "withheld": bool(to) and to == accused,
        "accused_leader": forms.leaders_name(accused),
        "accused_department": forms.department_name(typed.get("accused_department", "")),
        "files": uploads.named(Upload.objects.filter(draft=draft), county=county),
        "most": materials.MOST_FILES,
    }


def _taken(request: HttpRequest, county: County, uid: uuid.UUID, files: list[UploadedFile]) -> list[str]:
    """Keep the files that can be kept; why the others can't, each by its name. Drawn anew while no transaction is open."""
    with scope.county(county):
        draft = _draft(request, county, uid)
        if letters.receipt(draft, county=county):
            return []
        try:
            uploads.room(draft=draft, sizes=[file.size or 0 for file in files])
        except Refused as refusal:
            return [refusal.sentence]
    refusals = []
    for file in files:
        try:
            made = materials.remade(file.read())
            with scope.county(county):
                uploads.add(draft=draft, name=file.name or "", material=made, **_who(county, timezone.now()))
        except Refused as refusal:
            refusals.append((file.name or "")[:60] + _("：") + refusal.sentence)
    return refusals


def _removed(draft: Draft, which: str, county: County) -> None:
    try:
        uid = uuid.UUID(which)
    except ValueError:
        return
    uploads.remove(draft=draft, uid=uid, **_who(county, timezone.now()))


def _draft(request: HttpRequest, county: County, uid: uuid.UUID) -> Draft:
    """The browser's form, in the county in scope. Raises `Missing`."""
    secret = request.COOKIES.get(COOKIE, "")
    draft = letters.find(uid=uid, secret=secret, county=county, at=timezone.now()) if secret else None
    if draft is None:
        again = Link(reverse("petitions:letter_new", args=[county.slug]), _("重新填写"))
        ask = Link(reverse("reception:county-help", args=[county.slug]), _("查看电话和地址"))
        raise Missing(
            _("这封信已超时，或不是在这台设备上填写的。为保护隐私，填写的内容最多保留一小时，提交后的凭据保留三十分钟。"),
            [again, ask],
            status=410,
        )
    return draft


def _to(county: County, name: str, draft: Draft) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"petitions:letter_{name}", args=[county.slug, draft.uid]))


def _who(county: County, at: Any) -> dict[str, Any]:
    """What every action is told."""
    return {"county": county, "by": User.objects.system(), "at": at}
