"""The public interface for programs: read only, the same documents that the pages are made from."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Schema
from ninja.errors import ValidationError
from pydantic import Field

from reception import published, scope
from reception.http import FRESH, Missing, find
from reception.models import County, Release


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
    found = []
    for county in County.objects.all():
        with scope.county(county):
            roster = published.latest()
        found.append(
            {
                "slug": county.slug,
                "code": county.code,
                "name": {"zh": county.name, "en": county.name_en},
                "latest_release": roster.number if roster else None,
            }
        )
    return found


@api.get("/counties/{slug}/roster", response={200: RosterOut, 400: Refusal, 404: Refusal}, summary="The roster, or one year of it")
def roster(
    request: HttpRequest, slug: str, year: int | None = Query(None, ge=1990, le=2100, description="only the days of this year")
) -> dict[str, Any]:
    county = find(slug)
    with scope.county(county):
        current = published.latest()
    if current is None:
        raise Missing(_("本县还没有公布接访安排。"))
    if year is not None and year not in current.years:
        years = "、".join(str(known) for known in current.years)
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
    with scope.county(find(slug)):
        rows = Release.objects.published().values("number", "hash", "document__published_at")
        return [{"number": row["number"], "hash": row["hash"], "published_at": row["document__published_at"]} for row in rows]


@api.get("/counties/{slug}/releases/{number}", response={200: ReleaseOut, 400: Refusal, 404: Refusal}, summary="One release, whole")
def release(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    with scope.county(find(slug)):
        known = Release.objects.published()
        found = known.filter(number=number).first() if 0 < number < 2**31 else None
        last = known.first()
    if found is None:
        raise Missing(_("没有第 %(number)s 期。最新的是第 %(last)s 期。") % {"number": number, "last": last.number if last else 0})
    return {"number": found.number, "hash": found.hash, "document": found.document}


@api.exception_handler(Missing)
def missing(request: HttpRequest, refusal: Missing) -> HttpResponse:
    near = [link.url.strip("/") for link in refusal.links]
    return api.create_response(request, {"error": refusal.sentence, **({"near": near} if near else {})}, status=refusal.status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, refusal: ValidationError) -> HttpResponse:
    """A value that can't be: which one, and what is wrong with it."""
    said = "; ".join(f"{error['loc'][-1]}: {error['msg']}" for error in refusal.errors)
    return api.create_response(request, {"error": said}, status=400)


# Open to everyone: `LoginRequiredMiddleware` looks for this mark on the view.
urls = api.urls
for pattern in urls[0]:
    setattr(pattern.callback, "login_required", False)  # noqa: B010  a function has no such attribute until it is given one
