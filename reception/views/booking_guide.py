"""Before the form: what else there is than a reception. Every answer says what to do, offers a person, and lets one book anyway."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from reception.http import Link, Missing
from reception.models import County, GuideStep
from reception.quiet import open_county, page

NONE_OF_THESE = "none"


@open_county
def guide(request: HttpRequest, county: County) -> HttpResponse:
    """``/<county>/book/``: one plain question. An answer leads to its page, or to the form."""
    steps = list(GuideStep.objects.filter(shown=True))
    asked = "choice" in request.GET or "next" in request.GET
    choice = request.GET.get("choice", "")
    if choice == NONE_OF_THESE:
        return HttpResponseRedirect(reverse("reception:book-start", args=[county.slug]) + _day(request))
    if any(step.code == choice for step in steps):
        return HttpResponseRedirect(reverse("reception:book-path", args=[county.slug, choice]) + _day(request))
    context = {"steps": steps, "day": request.GET.get("day", "")[:10], "unanswered": asked}
    return page(request, county, "booking/guide.html", context)


@open_county
def path(request: HttpRequest, county: County, code: str) -> HttpResponse:
    """Where to go instead, how and by when; and still a person to ask, and the way on."""
    step = GuideStep.objects.filter(shown=True, code=code[:20].replace("\0", "")).first()
    if step is None:
        raise Missing(_("没有这条指引。"), [Link(reverse("reception:book", args=[county.slug]), _("回到办事指引"))])
    return page(request, county, "booking/path.html", {"step": step, "query": _day(request)})


def _day(request: HttpRequest) -> str:
    """The day that a link to the form named, kept on the way."""
    day = request.GET.get("day", "")
    return f"?day={day}" if len(day) == len("2026-02-24") and day.replace("-", "").isdecimal() and day.isascii() else ""
