"""Dates and texts of releases in templates, in the language of the page."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reception import words as plain

register = template.Library()
register.filter("longdate", plain.long_date)
register.filter("shortdate", plain.short_date)
register.filter("monthname", plain.month_name)
register.filter("shortmonth", plain.short_month)
register.filter("weekday", plain.weekday)
register.filter("why", plain.why)
register.filter("turn", plain.turn)
register.filter("reason", plain.reason)


@register.filter
def say(text: Mapping[str, str]) -> str | SafeString:
    """A text of a release; where an English page has only the Chinese, it is marked so that it is read out as Chinese."""
    found = plain.said(text)
    if plain.english() and found and not text.get("en"):
        return format_html('<span lang="zh-Hans">{}</span>', found)
    return found


@register.filter(name="plain")
def plain_text(text: Mapping[str, str]) -> str:
    """A text of a release without markup: for titles and what is shared."""
    return plain.said(text)


@register.filter
def isodate(text: str) -> date:
    """A day as a release writes it."""
    return date.fromisoformat(text)


@register.filter
def localdate(moment: datetime) -> date:
    """The day of a moment, in the time zone that is active."""
    return moment.astimezone(timezone.get_current_timezone()).date()


@register.filter
def lines(text: Mapping[str, Sequence[str]]) -> list[str]:
    """A list of sentences in the page's language; the Chinese ones where there are no others."""
    return list(text.get("en" if plain.english() else "zh") or text["zh"])


@register.filter
def away(day: date, on: date) -> str:
    return plain.away(day, on=on)


@register.simple_tag(takes_context=True)
def in_language(context: Mapping[str, Any], code: str) -> str:
    """The address of this page in another language, with what was asked where the page depends on it (`keep_query`)."""
    request = context["request"]
    path = request.path
    bare = path.removeprefix("/en/") if path.startswith("/en/") else path.removeprefix("/")
    asked = f"?{request.GET.urlencode()}" if context.get("keep_query") and request.GET else ""
    return f"/en/{bare}{asked}" if code == "en" else f"/{bare}{asked}"
