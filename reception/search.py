"""Find a county by what people type: its name, its pinyin or the initials of it, its English name, its division code. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

# Nobody's county has a longer name; what is longer is not looked at.
LONGEST = 40
KINDS = ("自治县", "自治旗", "林区", "特区", "县", "市", "区", "旗")


@dataclass(frozen=True)
class Place:
    """What a county can be found by."""

    slug: str
    code: str
    name: str
    name_en: str


@lru_cache(maxsize=8192)
def keys(name: str, name_en: str, slug: str) -> tuple[str, ...]:
    """The forms of a county's names that a typed word may begin: as written, pinyin, initials, English, the address."""
    return tuple(filter(None, (plain(name), _sounds(name), _sounds(name, initials=True), plain(name_en), plain(slug))))


def _sounds(words: str, *, initials: bool = False, errors: str = "ignore") -> str:
    # Its dictionary takes a third of a second to load, and of many processes few ever search.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return "".join(lazy_pinyin(words, style=Style.FIRST_LETTER if initials else Style.NORMAL, errors=errors))


def plain(typed: str) -> str:
    """What was typed, as it is compared: full-width letters made ordinary, small, and without spaces or marks."""
    wide = unicodedata.normalize("NFKC", typed[:LONGEST]).casefold()
    return "".join(character for character in wide if character.isalnum())


def find(places: Iterable[Place], typed: str) -> list[Place]:
    """The counties that a typed word means: first those whose name or code it begins, then those whose name holds it.

    In the order given within each. Nothing for an empty word.
    """
    word = plain(typed)
    if not word:
        return []
    if word.isascii() and word.isdecimal():
        return [place for place in places if place.code.startswith(word)]
    begins, holds = [], []
    for place in places:
        known = keys(place.name, place.name_en, place.slug)
        if any(key.startswith(word) for key in known):
            begins.append(place)
        elif len(word) > 1 and (word in known[0] or word in known[-1] or word in plain(place.name_en)):
            holds.append(place)
    return begins + holds


def nearest(places: Sequence[Place], typed: str, *, most: int = 5) -> list[Place]:
    """The counties whose name, pinyin or address is nearest to a word that none has; may be empty."""
    word = plain(typed)
    if not word:
        return []
    by_key: dict[str, Place] = {}
    for place in places:
        for key in keys(place.name, place.name_en, place.slug):
            by_key.setdefault(key, place)
            for kind in KINDS:
                if key.endswith(kind) and len(key) > len(kind):
                    by_key.setdefault(key.removesuffix(kind), place)
    # A wrong character of the right sound is the usual mistake, so the sound is compared too.
    sounds = _sounds(word, errors="default")
    near = [key for form in dict.fromkeys((sounds, word)) for key in get_close_matches(form, list(by_key), n=most * 3, cutoff=0.55)]
    return list(dict.fromkeys(by_key[key] for key in near))[:most]
