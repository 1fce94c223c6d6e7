"""Every address the portal answers at: Django's resolver, walked to its leaves."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def every() -> set[str]:
    """The name of each address; its route where it has no name (a few of Django's own admin)."""
    return set(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[URLPattern | URLResolver], spaces: str, route: str) -> Iterator[str]:
    for one in patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, f"{spaces}{one.namespace}:" if one.namespace else spaces, here)
        else:
            yield f"{spaces}{one.name}" if one.name else here
