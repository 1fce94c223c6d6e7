"""What the commands have in common: a county by its slug, a year, a language."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from reception import scope
from reception.models import County, User


def county(parser: ArgumentParser) -> None:
    parser.add_argument("county", help="the county's slug, for example chenghe")


def language(parser: ArgumentParser) -> None:
    codes = [code for code, _name in settings.LANGUAGES]
    parser.add_argument("--language", choices=codes, default=settings.LANGUAGE_CODE, help="the language of what is printed")


def moment(parser: ArgumentParser, name: str, help_: str) -> None:
    parser.add_argument(
        name, type=_moment, metavar="MOMENT", help=f"{help_} (in the server's zone, {settings.TIME_ZONE}, unless it says its own)"
    )


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a moment, as 2026-11-27T15:04:05 or 2026-11-27T15:04:05+08:00") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def year(text: str) -> int:
    if not text.isdecimal() or not 1990 <= int(text) <= 2100:
        raise ArgumentTypeError(f"{text!r} is not a year between 1990 and 2100")
    return int(text)


def one_or_all(slug: str | None) -> list[County]:
    """The county of a slug, or all counties without one. Raises `CommandError` with the nearest names."""
    return [find(slug)] if slug else list(County.objects.all())


def find(slug: str) -> County:
    """The county of a slug. Raises `CommandError` with the nearest names."""
    try:
        return County.objects.named(slug)
    except County.DoesNotExist:
        slugs = list(County.objects.values_list("slug", flat=True))
        near = get_close_matches(slug, slugs, n=3, cutoff=0.4) or slugs[:5]
        if not near:
            raise CommandError(_("库中还没有任何县。请先用 import_county 导入。")) from None
        raise CommandError(_("没有名为“%(slug)s”的县。现有：%(near)s。") % {"slug": slug, "near": _("、").join(near)}) from None


def person(of: County, username: str) -> User:
    """The account of a county by its user name. Raises `CommandError` with the names there are."""
    with scope.county(of):
        found = User.objects.filter(username=username, county=of, is_active=True).first()
        known = _("、").join(User.objects.filter(county=of, is_active=True).values_list("username", flat=True)[:20])
    if found is None:
        raise CommandError(
            _("%(county)s没有账号“%(name)s”。现有账号：%(known)s。") % {"county": of.name, "name": username, "known": known}
        )
    return found
