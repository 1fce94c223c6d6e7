"""What is only looked at: the journal."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from reception import deeds, kept_back
from reception.admin.base import ReadOnly, signed_in
from reception.models import Entry, User
from reception.templatetags.words import marked

# What an entry's object begins with that bears a public number.
KINDS = ("booking", "case")


class Acts(admin.SimpleListFilter):
    """The acts that the journal holds, in words."""

    title = _("操作")
    parameter_name = "act__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        acts = Entry.objects.order_by().values_list("act", flat=True).distinct()
        return sorted((act, deeds.said(act)) for act in acts)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ("n", "at", "who", "what", "thing", "reason")
    list_filter = (Acts,)
    search_fields = ("actor", "act", "object")
    date_hierarchy = "at"
    fields = ("n", "at", "actor", "acting_for", "act", "object", "reason", "facts", "previous", "hash")

    @admin.display(description=_("操作人"), ordering="actor")
    def who(self, entry: Any) -> str:
        """By name, where the account is known; the account's own name beside it."""
        return _beside(entry.actor_name or entry.actor, entry.actor)

    @admin.display(description=_("操作"), ordering="act")
    def what(self, entry: Entry) -> str:
        return _beside(deeds.said(entry.act), entry.act)

    @admin.display(description=_("对象"), ordering="object")
    def thing(self, entry: Entry) -> str:
        return deeds.thing(entry.object)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """All but what tells of a booking or a case behind the wall of accusations from the reader."""
        user, county = signed_in(request)
        named = User.objects.filter(username=OuterRef("actor")).values("name")
        rows = super().get_queryset(request).annotate(actor_name=Subquery(named))
        numbers, people = kept_back.hidden(user, on=timezone.localdate(timezone=county.zone))
        if not numbers:
            return rows
        objects = [f"{kind} {number}" for number in numbers for kind in KINDS] + [f"identity {uid}" for uid in people]
        told = Q(object__in=objects) | kept_back.naming(numbers)
        return rows.exclude(pk__in=Entry.objects.filter(told).order_by().values("pk"))


def _beside(said: str, code: str) -> str:
    """In words, and small beside them what the journal holds."""
    return said if said == code else format_html("{} <small>{}</small>", marked(said), code)
