"""The public interface for programs: read only, the same documents that the pages are made from."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Schema
from ninja.errors import ValidationError
from pydantic import Field

from reception import editions, published, scope
from reception.actions import journal, proofs
from reception.http import FRESH, Missing, find, is_down, keepable
from reception.models import County


class PublicAPI(NinjaAPI):
    """Answers may be kept by caches, and read by any site's pages, like the pages themselves."""

    def create_response(
        self, request: HttpRequest, data: Any, *, status: int | None = None, temporal_response: HttpResponse | None = None
    ) -> HttpResponse:
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        if response.status_code == HTTPStatus.OK:
            response["Cache-Control"] = FRESH
            response["Access-Control-Allow-Origin"] = "*"
        return response


api = PublicAPI(
    title="Reception Day",
    version="1",
    description="The published rosters of leaders' reception days. Every document is a release as published; its hash is the SHA-256 of its RFC 8785 canonical JSON.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
)


class Refusal(Schema):
    """Why there is no answer, in a sentence."""

    error: str


class CountyOut(Schema):
    slug: str
    code: str = Field(description="division code, six digits")
    name: dict[str, str]
    latest_release: int | None = Field(description="number of the newest release; null before the first")


class ReleaseHead(Schema):
    number: int
    hash: str
    published_at: str


class ReleaseOut(Schema):
    number: int
    hash: str
    document: dict[str, Any]


class JournalHead(Schema):
    county: str
    n: int = Field(description="number of the last entry of the day before; 0 before the first night")
    hash: str = Field(
        description="its hash, which all entries before it go into: who keeps it can prove later that none was changed"
    )
    at: str | None


class RosterOut(Schema):
    county: str
    release: int
    hash: str
    published_at: str
    year: int | None
    years: list[int]
    days: list[dict[str, Any]]


@api.get("/counties", response=list[CountyOut], summary="The counties")
def counties(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "slug": county.slug,
            "code": county.code,
            "name": {"zh": county.name, "en": county.name_en},
            "latest_release": county.latest_release,
        }
        for county in editions.source().counties()
    ]


@api.get("/counties/{slug}/roster", response={200: RosterOut, 400: Refusal, 404: Refusal}, summary="The roster, or one year of it")
def roster(
    request: HttpRequest, slug: str, year: int | None = Query(None, ge=1990, le=2100, description="only the days of this year")
) -> dict[str, Any]:
    county, current = _dossier(slug)
    if year is not None and year not in current.years:
        years = _("、").join(str(known) for known in current.years)
        raise Missing(_("%(year)s 年没有公布接访安排。已公布的年份：%(years)s。") % {"year": year, "years": years})
    days = current.days if year is None else current.of_year(year)
    return {
        "county": county.slug,
        "release": current.number,
        "hash": current.hash,
        "published_at": current.document["published_at"],
        "year": year,
        "years": current.years,
        "days": [day.document for day in days],
    }


@api.get("/counties/{slug}/releases", response={200: list[ReleaseHead], 404: Refusal}, summary="Every release, the newest first")
def releases(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    current = editions.source().dossier(find(slug)).roster
    heads = current.heads if current else ()
    return [{"number": head.number, "hash": head.hash, "published_at": head.published} for head in heads]


@api.get("/counties/{slug}/releases/{number}", response={200: ReleaseOut, 400: Refusal, 404: Refusal}, summary="One release, whole")
def release(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    dossier = editions.source().dossier(find(slug))
    last = dossier.roster.number if dossier.roster else 0
    if dossier.roster is None or not 0 < number <= last:
        raise Missing(_("没有第 %(number)s 期。最新的是第 %(last)s 期。") % {"number": number, "last": last})
    found = editions.source().release(dossier.county, dossier.roster, number)
    return {"number": found.number, "hash": found.hash, "document": found.document}


@api.get(
    "/counties/{slug}/journal",
    response={200: JournalHead, 404: Refusal},
    summary="The journal's head at midnight, for whoever keeps it",
)
def journal_head(request: HttpRequest, slug: str) -> dict[str, Any]:
    county = find(slug)
    with scope.county(county):
        entry = proofs.head(county, timezone.now())
    if entry is None:
        return {"county": county.slug, "n": 0, "hash": journal.FIRST, "at": None}
    return {"county": county.slug, "n": entry.n, "hash": entry.hash, "at": journal.moment(entry.at)}


def _dossier(slug: str) -> tuple[County, published.Roster]:
    """A county with its newest release. Raises `Missing` before the first."""
    dossier = editions.source().dossier(find(slug))
    if dossier.roster is None:
        raise Missing(_("本县还没有公布接访安排。"))
    return dossier.county, dossier.roster


@api.exception_handler(editions.Unavailable)
@api.exception_handler(Error)
@api.exception_handler(OSError)
def unavailable(request: HttpRequest, failure: Exception) -> HttpResponse:
    """The database is down or the machine has no room left, and what was asked for is not held; any other failure of theirs is ours."""
    if not is_down(failure):
        raise failure
    response = api.create_response(request, {"error": _("系统正在恢复，请过几分钟再试。")}, status=503)
    response["Retry-After"] = "60"
    return response


@api.exception_handler(Missing)
def missing(request: HttpRequest, refusal: Missing) -> HttpResponse:
    near = [link.url.strip("/") for link in refusal.links]
    return api.create_response(request, {"error": refusal.sentence, **({"near": near} if near else {})}, status=refusal.status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, refusal: ValidationError) -> HttpResponse:
    """A value that can't be: which one, and what is wrong with it."""
    said = "; ".join(f"{error['loc'][-1]}: {error['msg']}" for error in refusal.errors)
    return api.create_response(request, {"error": said}, status=400)


# Open to everyone: `OpenFirst` looks for this mark on the view, and the front for its own.
urls = api.urls
for pattern in urls[0]:
    setattr(pattern.callback, "login_required", False)  # noqa: B010  a function has no such attribute until it is given one
    keepable(cast("Callable[..., HttpResponse]", pattern.callback))
