"""The secrets of second factors, sealed anew under another key (settings.ENCRYPTION_KEY), while people sign in. `manage.py keys` calls this.

Which key a secret is under is not written anywhere: it is tried.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator

from reception import scope, sealed

BATCH = 200
# Passkeys are public keys: nothing of them is sealed.
SEALED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
# What of a second factor is sealed; codes that came from elsewhere are a list.
PARTS = ("secret", "seed", "migrated_codes")


@dataclass(frozen=True)
class Held:
    """How many second factors there are under the key of now, under that of before, and under none that is known."""

    now: int = 0
    before: int = 0
    unreadable: int = 0


def held() -> Held:
    """Every county's, counted."""
    now = before = unreadable = 0
    with scope.accounts():
        for row in Authenticator.objects.filter(type__in=SEALED).iterator(BATCH):
            if _is_done(row.data):
                now += 1
            elif _anew(row.data) is None:
                unreadable += 1
            else:
                before += 1
    return Held(now, before, unreadable)


def reseal() -> Iterator[int]:
    """Seal everything anew under the key of now; after each batch, which is committed, how many it was.

    May be broken off at any time and begun again. What somebody uses at the moment is left for the next round, and so is what opens
    under no key that is known.
    """
    last = 0
    while True:
        done = 0
        with scope.accounts():
            rows = Authenticator.objects.select_for_update(skip_locked=True).filter(type__in=SEALED, pk__gt=last).order_by("pk")
            found = list(rows[:BATCH])
            for row in found:
                data = None if _is_done(row.data) else _anew(row.data)
                if data is not None:
                    row.data = data
                    row.save(update_fields=["data"])
                    done += 1
        if not found:
            return
        last = found[-1].pk
        yield done


def _texts(data: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for part in PARTS:
        value = data.get(part, [])
        found += [value] if isinstance(value, str) else value
    return found


def _is_done(data: dict[str, Any]) -> bool:
    return all(sealed.is_under_the_key(text, purpose=sealed.SECOND_FACTOR) for text in _texts(data))


def _anew(data: dict[str, Any]) -> dict[str, Any] | None:
    """The same, sealed under the key of now; nothing where one of its parts opens under no key."""
    try:
        return data | {part: _part(data[part]) for part in PARTS if part in data}
    except sealed.Unsealable:
        return None


def _part(value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [str(_part(each)) for each in value]
    return sealed.seal(sealed.unseal(value, purpose=sealed.SECOND_FACTOR), purpose=sealed.SECOND_FACTOR)
