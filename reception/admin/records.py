"""What is only looked at: the journal."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from reception import kept_back
from reception.admin.base import ReadOnly, signed_in
from reception.models import Entry

# What an entry's object begins with that bears a public number.
KINDS = ("booking", "case")


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
        numbers, people = kept_back.hidden(user, on=timezone.localdate(timezone=county.zone))
        if not numbers:
            return rows
        objects = [f"{kind} {number}" for number in numbers for kind in KINDS] + [f"identity {uid}" for uid in people]
        told = Q(object__in=objects) | kept_back.naming(numbers)
        return rows.exclude(pk__in=Entry.objects.filter(told).order_by().values("pk"))
