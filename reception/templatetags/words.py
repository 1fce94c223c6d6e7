"""Dates and texts of releases in templates, in the language of the page."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reception import deeds, differences
from reception import words as plain

# Runs of Chinese, with the punctuation and digits inside them.
HAN = re.compile(r"((?:[\u3400-\u9fff][\u3000-\u303f\uff00-\uffef\d]*)+)")

register = template.Library()
register.filter("longdate", plain.long_date)
register.filter("shortdate", plain.short_date)
register.filter("monthname", plain.month_name)
register.filter("shortmonth", plain.short_month)
register.filter("weekday", plain.weekday)
register.filter("why", plain.why)
register.filter("added", plain.added)
register.filter("turn", plain.turn)
register.filter("reason", plain.reason)
register.filter("aside", plain.aside)
register.filter("deed", deeds.said)
register.filter("instead", plain.instead)


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
def day_in(day: date | str, language: str) -> str:
    """A day with its weekday in a language, `zh` or `en`, whichever is active: a letter says everything in both."""
    with translation.override("en" if language == "en" else "zh-hans"):
        return differences.date_and_weekday(str(day))


@register.filter
def localdate(moment: datetime) -> date:
    """The day of a moment, in the time zone that is active."""
    return moment.astimezone(timezone.get_current_timezone()).date()


@register.filter
def marked(text: Any) -> str | SafeString:
    """A sentence composed of texts, or what is written as one: what is Chinese in it is marked as Chinese on an English page."""
    said = str(text)
    if not plain.english() or not HAN.search(said):
        return said
    parts = HAN.split(said)
    return format_html_join(
        "",
        "{}{}",
        ((part if index % 2 == 0 else format_html('<span lang="zh-Hans">{}</span>', part), "") for index, part in enumerate(parts)),
    )


@register.filter
def named(thing: Any) -> str | SafeString:
    """The name of a row that has one in both languages, as a post or a place."""
    return say({"zh": thing.name, "en": thing.name_en})


@register.filter
def portfolio(tenure: Any) -> str | SafeString:
    """What a leader is in charge of."""
    return say({"zh": tenure.portfolio, "en": tenure.portfolio_en})


@register.filter
def bureau(county: Any) -> str | SafeString:
    """The name of a county's petition bureau."""
    return say({"zh": county.bureau, "en": county.bureau_en})


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
