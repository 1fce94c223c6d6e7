"""The master keys of the vault: made, rotated, wrapped anew under, retired. See `vault`; `manage.py keys` calls this.

What is sealed is never touched: only the data keys are wrapped anew, a batch to a transaction, while everything is read as ever.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _

from reception import scope, vault
from reception.actions import envelopes, journal
from reception.errors import Refused
from reception.models import County, User

BATCH = 200


def make(*, path: Path) -> vault.Keyring:
    """The first key file. Raises `Refused` where there is a file already: a new one would open nothing of what is sealed."""
    with vault.alone_at(path):
        if path.exists():
            raise Refused(_("密钥文件已经存在，没有改动。要更换主密钥，请用 keys rotate。"))
        ring = vault.new_keyring()
        vault.store(ring, path)
    return ring


def rotate(*, path: Path, at: datetime) -> vault.Keyring:
    """A new current master; the old ones stay until nothing is wrapped under them. Running processes see it without a restart."""
    with vault.alone_at(path):
        ring = vault.load(path).rotated()
        vault.store(ring, path)
    _tell("rotate", ring.current, at)
    return ring


def held() -> dict[str, Counter[str]]:
    """How many rows are wrapped under each key, by county slug."""
    found: dict[str, Counter[str]] = {}
    for county in County.objects.order_by("slug"):
        with scope.county(county):
            found[county.slug] = _held()
    return found


def rewrap(*, county: County, at: datetime) -> Iterator[int]:
    """Wrap everything of a county under the current key; after each batch, which is committed, how many it was.

    May be broken off at any time and begun again. Rows that someone works on at the moment are left for the next round.
    """
    for model in _tables():
        while True:
            with scope.county(county):
                current = envelopes.keyring().current
                old = _wrapped(model).exclude(key_name=current).select_for_update(skip_locked=True)
                done = envelopes.rewrap(old[:BATCH])
                if done:
                    facts = {"rows": done}
                    journal.record(act="keys.rewrap", object=f"key {current}", by=User.objects.system(), at=at, facts=facts)
            if not done:
                break
            yield done


def retire(*, name: str, path: Path, at: datetime) -> vault.Keyring:
    """Take an old master out of the key file. Raises `Refused` for the current one, an unknown one, and while rows are under it."""
    with vault.alone_at(path):
        ring = _without(name, path)
    _tell("retire", name, at)
    return ring


def _without(name: str, path: Path) -> vault.Keyring:
    ring = vault.load(path)
    if name not in ring.masters:
        raise Refused(_("密钥文件中没有名为“%(name)s”的密钥。") % {"name": name})
    if name == ring.current:
        raise Refused(_("“%(name)s”是当前使用的密钥。请先用 keys rotate 更换，再用 keys rewrap 重新包裹。") % {"name": name})
    counties = list(County.objects.order_by("slug"))
    if counties:
        ring = _retired(name, path, ring, counties, 0)
    else:
        ring = ring.without(name)
        vault.store(ring, path)
    return ring


def _retired(name: str, path: Path, ring: vault.Keyring, counties: list[County], left: int) -> vault.Keyring:
    """Count in one county after the other, all in one transaction that lets nobody write, and store the ring at its end."""
    county, rest = counties[0], counties[1:]
    with scope.county(county):
        for model in _tables():
            # Whoever is about to commit a row under the old key is waited for; nobody writes until the ring is stored.
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE MODE")
        left += _held()[name]
        if rest:
            return _retired(name, path, ring, rest, left)
        if left:
            raise Refused(
                _("还有 %(count)d 行在密钥“%(name)s”之下，不能移除。请先运行 keys rewrap。") % {"count": left, "name": name}
            )
        ring = ring.without(name)
        vault.store(ring, path)
    return ring


def _tell(deed: str, name: str, at: datetime) -> None:
    """In every county's journal, for its identities rest on the key."""
    for county in County.objects.order_by("slug"):
        with scope.county(county):
            journal.record(act=f"keys.{deed}", object=f"key {name}", by=User.objects.system(), at=at)


def _held() -> Counter[str]:
    found: Counter[str] = Counter()
    for model in _tables():
        for name, count in _wrapped(model).order_by().values_list("key_name").annotate(n=models.Count("pk")):
            found[name] += count
    return found


def _wrapped(model: type[models.Model]) -> models.QuerySet[Any]:
    """The rows of the county in scope that still have their data key."""
    return model._default_manager.filter(wrapped__isnull=False).exclude(wrapped=b"")


def _tables() -> list[type[models.Model]]:
    """Every table that keeps wrapped data keys, this module's own and those that came later."""
    return [
        model
        for model in apps.get_models()
        if {"key_name", "wrapped"} <= {field.name for field in model._meta.local_concrete_fields}
    ]
