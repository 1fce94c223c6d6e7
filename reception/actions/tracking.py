"""A number and a code open a case to whoever it belongs to. Guessing is slow, counted, and tells nothing.

Wrong codes are counted for the number, the network they come from, the county and the portal. A browser that has opened the case
before, or made it, has a count of its own, so nobody can lock the owner out by guessing; the bureau gives a new code at its counter.
The same work is done and the same answer given for a number that does not exist.
"""

import ipaddress
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import argon2
import structlog
from django.db import connection
from django.utils.translation import gettext as _

from reception import codes, scope
from reception.actions import envelopes, journal
from reception.actions.permissions import require
from reception.actions.whole import whole
from reception.errors import Forbidden, Refused
from reception.models import Booking, BookingStep, County, Guess, User

log = structlog.get_logger(__name__)
# About 20 ms and 19 MiB each (the least OWASP advises for Argon2id), at most two at a time in a process: a flood of guesses
# waits in line instead of eating the machine.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE = threading.BoundedSemaphore(2)
WINDOW = timedelta(hours=1)
FIRST_REST = timedelta(minutes=15)
LONGEST_REST = timedelta(hours=24)


@dataclass(frozen=True)
class Limit:
    """After so many wrong codes the bucket rests: fifteen minutes, and twice as long with each further round."""

    wrong: int


# The tables whose rows a number and a code open; the room above adds its own when it is loaded. Of one number the first table's is found.
TABLES: list[type[Any]] = [Booking]
NUMBER, KNOWN, NETWORK, COUNTY, PORTAL = Limit(5), Limit(10), Limit(20), Limit(1000), Limit(5000)


class WrongCode(Refused):
    """No case has this number and this code. The same words whether the number exists or not."""


class Resting(Refused):
    """Too many wrong codes; the words say what to do instead."""


def hashed(code: str) -> str:
    """The slow, salted, peppered hash of a tracking code (ASVS 6.5.2: less than 112 bits)."""
    with AT_ONCE:
        return HASHER.hash(envelopes.keyring().peppered(f"hash {code}"))


def fits(code: str, code_hash: str) -> bool:
    """Whether the code is the one that was hashed; the same work for an empty hash, which nothing fits."""
    with AT_ONCE:
        try:
            return HASHER.verify(code_hash or _dummy(), envelopes.keyring().peppered(f"hash {code}")) and bool(code_hash)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def unlock(*, number: str, code: str, address: str, known: bool, at: datetime) -> Any:
    """The booking, or row of another of `TABLES`, of a number and code as `codes.read_number` and `codes.read_code` give them, with its
    county; a booking moved on or not.

    `address` is the network address of the asker, `known` whether this browser opened this number before. Raises `WrongCode` and
    `Resting`. To be called outside any transaction: a wrong code stays counted whatever happens afterwards.
    """
    county_id = scope.county_of_number(number)
    buckets = _buckets(number, address, county_id, known=known)
    if _resting(list(buckets), at):
        # Neither number nor network, and not the county, which would say that the number exists.
        log.warning("tracking refused: too many wrong codes")
        raise Resting(_("查询码输错的次数太多，请过一会儿再试。您也可以拨打信访局电话，或带身份证到窗口查询、换发查询码。"))
    found = _found(county_id, number)
    if not fits(code, found.code_hash if found else "") or found is None:
        for bucket, limit in buckets.items():
            _count(bucket, limit, at)
        log.warning("tracking refused: wrong number or code")
        raise WrongCode(_("编号或查询码不对，请核对后再试。查询码是受理单上的 17 位数字；忘记了可以到窗口凭身份证换发。"))
    Guess.objects.filter(bucket__in=[_bucket("number", number), _bucket("known", number)]).delete()
    return found


def _found(county_id: int | None, number: str) -> Any:
    """The row that bears the number. Every table is asked whatever the others said, so it takes as long for each."""
    if county_id is None:
        # As much work as for one that exists: the county, and each table.
        for _asked in [County, *TABLES]:
            County.objects.filter(pk=0).first()
        return None
    with scope.county(County.objects.get(pk=county_id)):
        rows = [table._default_manager.select_related("county").filter(number=number).first() for table in TABLES]
    return next((row for row in rows if row is not None), None)


def _buckets(number: str, address: str, county_id: int | None, *, known: bool) -> dict[str, Limit]:
    if known:
        return {_bucket("known", number): KNOWN}
    return {
        _bucket("number", number): NUMBER,
        _bucket("network", network(address)): NETWORK,
        _bucket("county", str(county_id or 0)): COUNTY,
        _bucket("portal", ""): PORTAL,
    }


def network(address: str) -> str:
    """The network an address belongs to, as one asker: /24 of IPv4, /56 of IPv6; the text itself where it is neither."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 56), strict=False))


def _bucket(kind: str, what: str) -> str:
    return envelopes.keyring().peppered(f"guess {kind} {what}")


def _resting(buckets: list[str], at: datetime) -> bool:
    return Guess.objects.filter(bucket__in=buckets, rests_until__gt=at).exists()


def _count(bucket: str, limit: Limit, at: datetime) -> None:
    """One more wrong code, in one statement: many at once lose none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reception_guess AS g (bucket, failures, since, rests_until) VALUES (%(bucket)s, 1, %(at)s, NULL) "
            "ON CONFLICT (bucket) DO UPDATE SET "
            "failures = CASE WHEN g.since < %(stale)s AND coalesce(g.rests_until, g.since) < %(stale)s THEN 1 ELSE g.failures + 1 END, "
            "since = CASE WHEN g.since < %(stale)s AND coalesce(g.rests_until, g.since) < %(stale)s THEN %(at)s ELSE g.since END "
            "RETURNING failures",
            {"bucket": bucket, "at": at, "stale": at - WINDOW},
        )
        (failures,) = cursor.fetchone()
    if failures % limit.wrong == 0:
        rest = min(FIRST_REST * 2 ** (failures // limit.wrong - 1), LONGEST_REST)
        Guess.objects.filter(bucket=bucket).update(rests_until=at + rest)


_dummies: list[str] = []


def _dummy() -> str:
    """A hash that fits nothing, made once: checking against it takes as long as against a real one."""
    if not _dummies:
        _dummies.append(HASHER.hash(codes.new_code()))
    return _dummies[0]


@whole
def reissue(*, booking: Booking, county: County, by: User, at: datetime) -> str:
    """A new tracking code, for someone whose identity paper was checked at the counter. The old one opens nothing from this moment on.

    The number, and those of the bookings it was moved from or to, are all opened by the new code; wrong codes counted so far are
    forgotten. Raises `Forbidden` for who may not, and for whoever the booking complains of.
    """
    require("tracking.reissue", county=county, by=by, at=at)
    on = at.astimezone(county.zone).date()
    if not Booking.objects.visible_to(by, on=on).filter(pk=booking.pk).exists():
        raise Forbidden(_("来访人反映的事与您有关，请由他人办理。"))
    code, booking.code_hash = renew(code_hash=booking.code_hash, by=by, at=at)
    return code


def renew(*, code_hash: str, by: User, at: datetime) -> tuple[str, str]:
    """A new code and its hash, for whatever the old one opened: number and code stay together over every move, and into the case.

    For actions that have asked the permission, inside their transaction.
    """
    code = codes.new_code()
    fresh = hashed(code)
    for table in TABLES:
        name = str(table._meta.model_name)
        rows: Any = table._default_manager.select_for_update(of=("self",)).filter(code_hash=code_hash)
        for row in rows:
            row.code_hash = fresh
            row.save(update_fields=["code_hash"])
            if isinstance(row, Booking):
                BookingStep.objects.create(
                    booking=row, action="reissue", before=row.state, after=row.state, at=at, actor=by.username, reason=""
                )
            journal.record(act="tracking.reissue", object=f"{name} {row.number}", by=by, at=at)
            Guess.objects.filter(bucket__in=[_bucket("number", row.number), _bucket("known", row.number)]).delete()
    return code, fresh
