"""Which of the two languages is active, and what has words in both said in it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def english() -> bool:
    return (get_language() or "").startswith("en")


def said(text: Mapping[str, str]) -> str:
    """A text in the active language; the Chinese where there is no English."""
    return (text.get("en") if english() else "") or text.get("zh", "")


def named(thing: Any) -> str:
    """The name of a row that has one in both languages, as a leader or a place."""
    return said({"zh": thing.name, "en": thing.name_en})


def within(label: Any) -> str:
    """A label inside a sentence: in English it begins with a small letter there."""
    text = str(label)
    return text[:1].lower() + text[1:]


def begun(text: str) -> str:
    """What begins a sentence or stands alone: in English with a capital."""
    return text[:1].upper() + text[1:]


def aside(text: Any) -> str:
    """Something said beside another thing: in the brackets of the language."""
    return _("（%(words)s）") % {"words": text}
