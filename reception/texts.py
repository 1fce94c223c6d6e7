"""Texts as people type and paste them: what no page should show is taken out, what cannot be kept is refused. Pure."""

import unicodedata

# These turn the direction of what follows, and so can make a page say something else than what is stored.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, *, lines: bool = False) -> str:
    """The text without control characters and marks that turn its direction; with `lines`, line breaks and tabs stay.

    Everything else stays as it was typed: rare ideographs, joiners of other scripts, emoji. A text in which nothing can be seen is
    empty.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        kept = kept.replace("\n", " ").replace("\t", " ")
    found = "".join(c for c in kept if c not in TURNING and (c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))).strip()
    return found if any(unicodedata.category(c)[0] not in "CZ" for c in found) else ""


def cut(text: str, most: int) -> str:
    """The beginning of an overlong text, to be shown again."""
    return text if len(text) <= most else text[:most]
