"""Pages and files of the whole site: help, accessibility, privacy, the living style guide, and what search engines read."""

from datetime import UTC, date, datetime
from functools import partial

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reception import editions, published
from reception.http import Link, Missing, in_county, prefix, public
from reception.models import County, Release

# Pages of the whole site and of each county, by the names of their addresses.
SITE = ("home", "help", "accessibility", "privacy")
COUNTY = ("county", "releases", "feeds", "embed-help", "api-help", "results", "county-help")
QUIET = ("/admin/", "/accounts/", "/desk/", "/track/", "/book/", "/styleguide/", "/csp/", "/healthz/")


def _page(request: HttpRequest, *, template: str) -> HttpResponse:
    return render(request, f"reception/{template}.html", {"prefix": prefix()})


help_page = public(partial(_page, template="help"))
accessibility = public(partial(_page, template="accessibility"))
privacy = public(partial(_page, template="privacy"))


@public
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt``: public pages may be read; what is somebody's may not be looked for."""
    lines = ["User-agent: *", *(f"Disallow: {start}{path}" for path in QUIET for start in ("", "/en")), ""]
    return HttpResponse(
        "\n".join([*lines, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]), content_type="text/plain; charset=utf-8"
    )


@public
def security(request: HttpRequest) -> HttpResponse:
    """``/.well-known/security.txt`` (RFC 9116): whom to tell of a weakness. 404 where the office names nobody."""
    if not settings.SECURITY_CONTACT:
        raise Missing(_("本站没有公布接收安全问题的联系方式。"), [Link(f"{prefix()}/help/", _("帮助"))])
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires(on=timezone.localdate()).isoformat()}T00:00:00Z",
        "Preferred-Languages: zh, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def expires(*, on: date) -> date:
    """The first of a month, six to seven months ahead: well within a year, and the same for a month, so caches may keep the file."""
    months = on.month + 6 - (on.day == 1)
    return date(on.year + months // 12, months % 12 + 1, 1)


@public
def sitemaps(request: HttpRequest) -> HttpResponse:
    """``/sitemap.xml``: the index of sitemaps, one for the site and one for each county."""
    addresses = [
        "/sitemap-site.xml",
        *(f"/{slug}/sitemap.xml" for slug in sorted(county.slug for county in editions.source().counties())),
    ]
    return _xml(request, "sitemaps.xml", {"addresses": addresses})


@public
def sitemap_site(request: HttpRequest) -> HttpResponse:
    return _xml(request, "sitemap.xml", {"paths": [reverse(f"reception:{name}") for name in SITE], "changed": None})


@in_county
def sitemap_county(request: HttpRequest, county: County, roster: published.Roster | None) -> HttpResponse:
    """``/<county>/sitemap.xml``: each public page of the county in both languages."""
    if roster is None:
        return _xml(request, "sitemap.xml", {"paths": [f"/{county.slug}/"], "changed": None})
    home = f"/{county.slug}"
    paths = [
        *(reverse(f"reception:{name}", args=[county.slug]) for name in COUNTY),
        *(f"{home}/roster/{year}/" for year in roster.years),
        *(f"{home}/calendar/{year}/" for year in roster.years),
        *(f"{home}/days/{day.day}/" for day in roster.days),
        *(f"{home}/releases/{release.number}/" for release in Release.objects.published()[:100]),
    ]
    return _xml(request, "sitemap.xml", {"paths": paths, "changed": roster.published_at.astimezone(UTC)})


def _xml(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    context = {**context, "site": settings.SITE_URL}
    return render(request, f"reception/{template}", context, content_type="application/xml; charset=utf-8")


class Example(forms.Form):
    """A form as every form of the portal looks: for the style guide only."""

    name = forms.CharField()
    phone = forms.CharField(min_length=11)
    matter = forms.ChoiceField()
    account = forms.CharField(widget=forms.Textarea)
    agree = forms.BooleanField()

    def __init__(self, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.fields["name"].label, self.fields["name"].help_text = _("姓名"), _("与身份证一致。")
        self.fields["phone"].label, self.fields["phone"].help_text = _("手机号码"), _("11 位数字，用来通知您。")
        self.fields["matter"].label = _("事项类别")
        self.fields["account"].label = _("事情经过")
        self.fields["agree"].label = _("以上内容属实")
        assert isinstance(self.fields["matter"], forms.ChoiceField)
        self.fields["matter"].choices = [("housing", _("住房")), ("land", _("土地"))]


@login_not_required
@require_safe
@never_cache
def styleguide(request: HttpRequest) -> HttpResponse:
    """``/styleguide/``: every component, from the templates that the pages use. For staff, and for whoever develops (DEBUG)."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    context = {"prefix": prefix(), "form": Example(), "wrong": Example({"name": "", "phone": "123"}), "today": timezone.localdate()}
    return render(request, "reception/styleguide.html", context | _example())


def _example() -> dict[str, object]:
    """A day in each state, made up on the spot."""
    text = {"zh": "县长乙", "en": "County Magistrate B"}
    other = {"zh": "县委书记甲", "en": "County Party Secretary A"}
    post = {"zh": "县长", "en": "County Magistrate"}
    empty = {"zh": "", "en": ""}
    sitting = {
        "uid": "1",
        "rotation": {"key": "R1", "name": {"zh": "党政主要领导", "en": "Principal leaders"}},
        "leader": {
            "name": text,
            "post": post,
            "portfolio": {"zh": "主持县政府全面工作", "en": "overall work of the county government"},
        },
        "place": {
            "name": {"zh": "人民来访接待中心", "en": "Reception Centre"},
            "address": {"zh": "人民路1号", "en": "1 Renmin Road"},
        },
        "from": "08:30",
        "to": "11:30",
        "capacity": 15,
        "state": "published",
        "substitutes": None,
        "turn": None,
        "departments": [],
        "coordinators": [],
    }
    day = {
        "uid": "1",
        "month": "2026-02",
        "nominal": "2026-02-15",
        "day": "2026-02-24",
        "kind": "monthly",
        "status": "confirmed",
        "state": "published",
        "reasons": [],
        "title": empty,
        "reason": empty,
        "sittings": [sitting],
    }
    changed = {**sitting, "substitutes": {"leader": {"name": other, "post": post}, "reason": "meeting"}}
    return {
        "slug": "example",
        "published_day": published.Day(day),
        "provisional_day": published.Day({**day, "status": "provisional"}),
        "changed_day": published.Day({**day, "sittings": [changed]}),
        "cancelled_day": published.Day({**day, "state": "cancelled"}),
        "on": date(2026, 2, 12),
        "at": datetime(2026, 2, 12, 9, 0, tzinfo=UTC),
    }
