"""What a page tells search engines and whoever shares it."""

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from reception import events

register = template.Library()
# As Django's own `json_script`: nothing in the text can end the element or begin another.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def absolute(path: str) -> str:
    """The whole address of a path, on the site's own name whatever name it was asked by."""
    return f"{settings.SITE_URL}{path}"


@register.simple_tag
def absolute_static(name: str) -> str:
    return f"{settings.SITE_URL}{static(name)}"


@register.simple_tag(takes_context=True)
def event_data(context: Mapping[str, Any]) -> SafeString:
    """The day of the page as a block of data, which no browser runs; empty when nobody receives yet."""
    day = context.get("day")
    if not day or not day.sittings:
        return SafeString("")
    said = events.of_day(context["roster"], day, address=f"{settings.SITE_URL}{context['prefix']}/{context['slug']}")
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308  escaped one line above
