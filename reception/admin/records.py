"""What is only looked at: the journal and the outbox."""

from django.contrib import admin
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest
from django.utils import timezone

from reception.admin.base import ReadOnly, signed_in
from reception.models import Booking, Entry, Message, Representative


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ("n", "at", "actor", "act", "object", "reason")
    list_filter = ("act",)
    search_fields = ("actor", "act", "object")
    date_hierarchy = "at"
    fields = ("n", "at", "actor", "acting_for", "act", "object", "reason", "facts", "previous", "hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """All but what tells of a booking that complains of the reader."""
        user, county = signed_in(request)
        walled = Booking.objects.accusing(user, on=timezone.localdate(timezone=county.zone)).order_by()
        text = CharField()
        numbers = walled.values_list(Concat(Value("booking "), "number", output_field=text))
        people = walled.values_list(Concat(Value("identity "), Cast("identity__uid", text), output_field=text))
        others = Representative.objects.filter(booking__in=walled.values("pk")).order_by()
        others = others.values_list(Concat(Value("identity "), Cast("identity__uid", text), output_field=text))
        return super().get_queryset(request).exclude(object__in=numbers).exclude(object__in=people).exclude(object__in=others)


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ("kind", "recipient", "channel", "due_at", "state", "attempts", "sent_at", "error")
    list_filter = ("state", "channel", "kind")
    list_select_related = ("recipient",)
    fields = ("kind", "recipient", "channel", "facts", "due_at", "state", "attempts", "sent_at", "error")
