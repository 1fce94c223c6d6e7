"""What a person was told within the portal, in words, as far as it still holds; and what has not been gathered into a letter yet.

Rows of the outbox hold ids. Each kind of news that is told within the portal is put into words by the room it comes from, which also
says whether its cause is still there and whether the reader may know of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation

from reception.actions import messages
from reception.actions.deriving import Derived, Sweep
from reception.models import Channel, County, Message, MessageState, User

# Older news than this is in no letter any more.
RECENT = messages.NEWS


@dataclass(frozen=True)
class Line:
    """One piece of news: what it says in the language that was active, where to see to it, and how urgent it looks."""

    text: str
    path: str
    is_urgent: bool = False


# For a kind: the lines of these rows for their reader on a day, by the row's id. What is left out is gone, or is kept from the reader.
LINES: dict[str, Callable[[Sequence[Message], User, County, date], dict[int, Line]]] = {}


@dataclass(frozen=True)
class Told:
    """One row and its line in both languages."""

    message: Message
    chinese: Line
    english: Line


def told(rows: Sequence[Message], person: User, *, county: County, on: date) -> dict[int, Line]:
    """The lines of rows of any kind in the language that is active, by the row's id. The county is in scope."""
    kinds: dict[str, list[Message]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
    found: dict[int, Line] = {}
    for kind, alike in kinds.items():
        if kind in LINES:
            found |= LINES[kind](alike, person, county, on)
    return found


def untold(person: User, *, county: County, at: datetime) -> list[Told]:
    """What no letter has gathered yet and still holds, the oldest first. The county is in scope."""
    rows = list(
        Message.objects.filter(
            recipient=person, channel=Channel.INBOX, told_in=None, due_at__lte=at, due_at__gt=at - RECENT, state=MessageState.SENT
        ).order_by("due_at", "pk")
    )
    on = at.astimezone(county.zone).date()
    with translation.override("zh-hans"):
        chinese = told(rows, person, county=county, on=on)
    with translation.override("en"):
        english = told(rows, person, county=county, on=on)
    return [Told(row, chinese[row.pk], english[row.pk]) for row in rows if row.pk in chinese]


def gathered(letters: list[Message], county: County, at: datetime) -> None:
    """Once a letter was sent: what it gathered is in no other."""
    for letter in letters:
        Message.objects.filter(
            recipient=letter.recipient_id,
            channel=Channel.INBOX,
            told_in=None,
            due_at__lte=letter.first_due_at or letter.due_at,
            state=MessageState.SENT,
        ).update(told_in=letter.pk)


# Whoever has news that no letter has gathered gets one letter a day with all of it, when the office is open.
LETTERS = """
    SELECT DISTINCT 'digest' AS kind, 'digest ' || (%(next_open)s AT TIME ZONE %(zone)s)::date AS cause, '' AS rule, 'email' AS channel,
        m.recipient_id, NULL::bigint AS identity_id, '{}'::jsonb AS facts, %(next_open)s AS due_at,
        %(next_open)s + interval '20 hours' AS valid_until
    FROM reception_message m
    JOIN reception_user u ON u.id = m.recipient_id AND u.is_active AND u.email <> '' AND u.wants_letters
    WHERE m.county_id = %(county)s AND m.channel = 'inbox' AND m.told_in_id IS NULL AND m.state = 'sent'
        AND m.due_at <= %(next_open)s AND m.due_at > %(at)s - %(recent)s
"""


def letters(sweep: Sweep) -> Iterator[Derived]:
    """The letters that gather what is news, one a person and day."""
    yield Derived(LETTERS, {"recent": RECENT})
