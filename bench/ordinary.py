"""The ordinary way: the same day page by a Django view with one query and a template, behind the same middleware, kept nowhere."""

import os
from datetime import date

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402
from django.contrib.auth.decorators import login_not_required  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402

from config.urls import urlpatterns as portal  # noqa: E402
from reception import editions  # noqa: E402
from reception.models import County  # noqa: E402

held: dict[str, editions.Dossier] = {}


@login_not_required
def day(request: HttpRequest, day: str) -> HttpResponse:
    county = County.objects.get(slug="chenghe")
    if "dossier" not in held:
        held["dossier"] = editions.load(county)
    roster = held["dossier"].roster
    assert roster
    asked = date.fromisoformat(day)
    context = {
        "slug": county.slug,
        "county": roster.county,
        "roster": roster,
        "today": asked,
        "prefix": "",
        "this_year": asked.year,
    }
    return render(request, "reception/day.html", {**context, "day": roster.on(asked), "ahead": 1})


urlpatterns = [path("ordinary/<str:day>/", day), *portal]
settings.ROOT_URLCONF = __name__
