"""What the wall of accusations keeps from a person in the journal and the messages: the numbers and the people they must not meet."""

from datetime import date

from django.db.models import Q, QuerySet

from reception.models import Booking, Message, Representative, User, wall

# The facts that may name a public number.
NUMBERED = ("into", "repeats", "case", "booking", "number", "to", "moved_to")


def hidden(user: User, *, on: date) -> tuple[list[str], list[str]]:
    """The numbers, and the persons in the vault, of everything that the wall of accusations keeps from a person on a day."""
    walled = Booking.objects.accusing(user, on=on).order_by()
    numbers = set(walled.values_list("number", flat=True))
    people = set(walled.values_list("identity__uid", flat=True))
    people |= set(Representative.objects.filter(booking__in=walled.values("pk")).values_list("identity__uid", flat=True))
    for also in wall.NUMBERS:
        numbers |= set(also(user, on))
    for also in wall.PEOPLE:
        people |= set(also(user, on))
    return sorted(numbers), [str(uid) for uid in people]


def naming(numbers: list[str]) -> Q:
    """Rows whose facts name one of these numbers."""
    told = Q()
    for name in NUMBERED:
        told |= Q(**{f"facts__{name}__in": numbers})
    return told


def messages(rows: "QuerySet[Message]", user: User, *, on: date) -> "QuerySet[Message]":
    """All of these messages but what tells of something behind the wall from the reader."""
    numbers, _people = hidden(user, on=on)
    if not numbers:
        return rows
    return rows.exclude(pk__in=Message.objects.filter(naming(numbers)).order_by().values("pk"))
