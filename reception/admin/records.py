"""What is only looked at: the journal and the outbox."""

from django.contrib import admin

from reception.admin.base import ReadOnly
from reception.models import Entry, Message


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ("n", "at", "actor", "act", "object", "reason")
    list_filter = ("act",)
    search_fields = ("actor", "act", "object")
    date_hierarchy = "at"
    fields = ("n", "at", "actor", "acting_for", "act", "object", "reason", "facts", "previous", "hash")


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ("kind", "recipient", "channel", "due_at", "state", "attempts", "sent_at", "error")
    list_filter = ("state", "channel", "kind")
    list_select_related = ("recipient",)
    fields = ("kind", "recipient", "channel", "facts", "due_at", "state", "attempts", "sent_at", "error")
