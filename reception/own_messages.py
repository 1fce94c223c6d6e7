"""What a person was told, for themselves: one line each in the language of the page, and where to see to it.

What is over, what is settled, and what the wall of accusations keeps from the reader have no line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from reception import kept_back, mail, news
from reception.actions import messages
from reception.models import TO_SEE_TO, Channel, County, Message, MessageState, User
from reception.news import Line
from reception.roles import opens_staff_site, permits
from reception.words import english

# Older messages are no news, read or not.
RECENT = news.RECENT
PAST = ("over", "overtaken")


@dataclass(frozen=True)
class Own:
    """One message as its reader sees it. `trouble` says that the letter itself did not arrive."""

    message: Message
    line: Line
    trouble: str = ""


def of(user: User, *, county: County, at: datetime) -> "QuerySet[Message]":
    """A person's messages, the newest first, without what is behind the wall from them. The county is in scope."""
    rows: QuerySet[Message] = Message.objects.of(user, at=at)
    return kept_back.messages(rows, user, on=at.astimezone(county.zone).date())


def unread(user: User, *, at: datetime) -> "QuerySet[Message]":
    """What is new and was not opened yet; what needs no saying any more isn't counted."""
    rows: QuerySet[Message] = Message.objects.of(user, at=at).filter(read_at=None, due_at__gt=at - RECENT)
    return rows.exclude(state=MessageState.QUIET)


def lines(rows: Sequence[Message], user: User, *, county: County, on: date) -> list[Own]:
    """These rows in words, in their order; those that have no words any more are left out."""
    told = news.told([row for row in rows if row.channel == Channel.INBOX], user, county=county, on=on)
    at_tables = opens_staff_site(user.roles(on=on))
    found = []
    for row in rows:
        line = told.get(row.pk) if row.channel == Channel.INBOX else _letter(row, user, county, on, at_tables)
        if line is not None:
            trouble = _("邮件没有送到您的邮箱") if row.state in TO_SEE_TO else ""
            found.append(Own(row, line, trouble))
    return found


def _letter(row: Message, user: User, county: County, on: date, at_tables: bool) -> Line | None:
    if row.state == MessageState.QUIET and row.error in PAST:
        return None
    try:
        subject = mail.subject(row, county)
    except (messages.Quiet, ObjectDoesNotExist, KeyError):
        return None
    return Line(half(subject), _path(row, user, county, on, at_tables))


def half(subject: str) -> str:
    """A letter's subject in the language of the page."""
    chinese, _apart, other = subject.partition(mail.APART)
    return other if english() and other else chinese


def _path(row: Message, user: User, county: County, on: date, at_tables: bool) -> str:
    """Where to see to what a letter says: the release that it names, else where the person works."""
    if row.kind == "release_published":
        return reverse("reception:release", args=[county.slug, row.facts["release"]])
    if permits(user.roles(on=on), "desk.view") and not at_tables:
        return reverse("reception:desk")
    return reverse("admin:index")
