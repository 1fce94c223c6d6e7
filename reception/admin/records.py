"""What is only looked at: the journal and the outbox."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from reception.admin.base import ReadOnly, signed_in
from reception.models import Booking, County, Entry, Message, Representative, User, wall

# What an entry's object begins with that bears a public number, and the facts that may name one.
KINDS = ("booking", "case")
NUMBERED = ("into", "repeats", "case", "booking", "number", "to", "moved_to")


def _hidden(user: User, county: County) -> tuple[list[str], list[str]]:
    """The numbers, and the persons in the vault, of everything that the wall of accusations keeps from a person."""
    on = timezone.localdate(timezone=county.zone)
    walled = Booking.objects.accusing(user, on=on).order_by()
    numbers = set(walled.values_list("number", flat=True))
    people = set(walled.values_list("identity__uid", flat=True))
    people |= set(Representative.objects.filter(booking__in=walled.values("pk")).values_list("identity__uid", flat=True))
    for also in wall.NUMBERS:
        numbers |= set(also(user, on))
    for also in wall.PEOPLE:
        people |= set(also(user, on))
    return sorted(numbers), [str(uid) for uid in people]


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ("n", "at", "actor", "act", "object", "reason")
    list_filter = ("act",)
    search_fields = ("actor", "act", "object")
    date_hierarchy = "at"
    fields = ("n", "at", "actor", "acting_for", "act", "object", "reason", "facts", "previous", "hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """All but what tells of a booking or a case behind the wall of accusations from the reader."""
        user, county = signed_in(request)
        rows = super().get_queryset(request)
        numbers, people = _hidden(user, county)
        if not numbers:
            return rows
        objects = [f"{kind} {number}" for number in numbers for kind in KINDS] + [f"identity {uid}" for uid in people]
        told = Q(object__in=objects)
        for name in NUMBERED:
            told |= Q(**{f"facts__{name}__in": numbers})
        return rows.exclude(pk__in=Entry.objects.filter(told).order_by().values("pk"))


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ("kind", "recipient", "channel", "due_at", "state", "attempts", "sent_at", "error")
    list_filter = ("state", "channel", "kind")
    list_select_related = ("recipient",)
    fields = ("kind", "recipient", "channel", "facts", "due_at", "state", "attempts", "sent_at", "error")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """All but what tells of something behind the wall of accusations from the reader."""
        rows = super().get_queryset(request)
        numbers, _people = _hidden(*signed_in(request))
        if not numbers:
            return rows
        told = Q()
        for name in NUMBERED:
            told |= Q(**{f"facts__{name}__in": numbers})
        return rows.exclude(pk__in=Message.objects.filter(told).order_by().values("pk"))
