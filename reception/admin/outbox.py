"""The outbox: what was said to whom and what came of it; what could not be said is sent again, or settled by another way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception import clock, kept_back, mail, news, outbox_words, own_messages, pulse
from reception.actions import identities, resuming
from reception.actions import messages as outgoing
from reception.admin import outbox_again
from reception.admin.base import ReadOnly, button, may, signed_in
from reception.errors import Refused
from reception.forms.outbox import SettleForm
from reception.models import TO_SEE_TO, Attempt, Channel, County, Message, MessageState, Outcome, User
from reception.roles import permits


class KindFilter(admin.SimpleListFilter):
    """By what a message is about, in words."""

    title = gettext_lazy("何事")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [(name, str(label)) for name, label in outbox_words.KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Message]") -> "QuerySet[Message]":
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ("what", "to", "channel", "state_words", "reason", "next_try", "sent_at", "attempts")
    list_display_links = None
    list_filter = ("state", "channel", KindFilter)
    list_select_related = ("recipient", "identity")
    change_list_template = "admin/outbox.html"
    actions = (outbox_again.again,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """All but what tells of something behind the wall of accusations from the reader."""
        user, county = signed_in(request)
        return kept_back.messages(super().get_queryset(request), user, on=_today(county))

    @admin.display(description=gettext_lazy("何事"))
    def what(self, row: Message) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:message", args=[row.pk]), outbox_words.kind(row.kind))

    @admin.display(description=gettext_lazy("收件人"))
    def to(self, row: Message) -> str:
        return addressee(row)

    @admin.display(description=gettext_lazy("状态"), ordering="state")
    def state_words(self, row: Message) -> str:
        look = "state is-wrong" if row.state in TO_SEE_TO else "state"
        return format_html('<span class="{}">{}</span>', look, row.get_state_display())

    @admin.display(description=gettext_lazy("原因"))
    def reason(self, row: Message) -> str:
        """In words; the code beside them is on the message's own page."""
        return outbox_words.why(row.error) if row.error and row.state != MessageState.SENT else ""

    @admin.display(description=gettext_lazy("下次发送"), ordering="due_at")
    def next_try(self, row: Message) -> datetime | None:
        return row.due_at if row.state == MessageState.WAITING else None

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Whether many can be sent again at once by this person."""
        return permits(signed_in(request)[0].held, "messages.settle")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        county = signed_in(request)[1]
        context = {"title": _("消息发送"), **standing(county), **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A message has a page of its own."""
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:message", int(object_id))


def _today(county: County) -> date:
    return clock.now().astimezone(county.zone).date()


def addressee(row: Message) -> str:
    """Who a message goes to: an account by name, a person of the vault masked."""
    if row.recipient is not None:
        return row.recipient.name or row.recipient.username
    assert row.identity is not None
    masked = identities.masked(row.identity, county=row.county)
    return _("%(name)s（信访人）") % {"name": masked["name"]}


def said(code: str) -> str:
    """A code in words, with the code itself for whoever looks further."""
    return _("%(words)s（%(code)s）") % {"words": outbox_words.why(code), "code": code} if code else ""


def standing(county: County) -> dict[str, Any]:
    """How the county's sending stands, for the box above the list."""
    beat = pulse.beat(county, at=clock.now())
    return {
        "beat": beat,
        "oldest": outbox_words.lasting(beat.oldest) if beat.oldest is not None else "",
        "silent": outbox_words.lasting(beat.silent) if beat.silent is not None else "",
    }


@dataclass(frozen=True)
class Tried:
    """One attempt as the page shows it."""

    at: datetime
    outcome: str
    words: str
    by: str


def _tried(row: Message) -> list[Tried]:
    rows = list(Attempt.objects.filter(key=row.key).order_by("at", "pk"))
    names = dict(User.objects.filter(username__in={one.by for one in rows if one.by}).values_list("username", "name"))
    by_hand = Outcome.SETTLED
    return [
        Tried(
            one.at,
            one.get_outcome_display(),
            # What a person wrote stays as they wrote it.
            one.said if one.outcome == by_hand and one.said != "again" else _words(one),
            names.get(one.by) or one.by,
        )
        for one in rows
    ]


def _words(one: Attempt) -> str:
    return outbox_words.why(one.said) if one.said == "again" else said(one.said)


def _subject(row: Message, user: User, county: County) -> str:
    """What it says, as far as that may stand on a page: never what a petitioner is told, and no words behind the reader's walls."""
    if row.recipient is None:
        return ""
    try:
        if row.channel == Channel.INBOX:
            line = news.told([row], user, county=county, on=_today(county)).get(row.pk)
            return line.text if line else ""
        return own_messages.half(mail.subject(row, county))
    except (outgoing.Quiet, ObjectDoesNotExist, KeyError):
        return ""


def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: to whom, what became of it, every attempt; and for what did not arrive, again or settled."""
    user, county = signed_in(request)
    may(user, "messages.view")
    rows = kept_back.messages(Message.objects.select_related("recipient", "identity"), user, on=_today(county))
    row: Message = get_object_or_404(rows, pk=pk)
    do = request.POST.get("do", "")
    form = SettleForm(request.POST if do == "settle" else None)
    if request.method == "POST" and _done(do, request, row, form, {"county": county, "by": user, "at": clock.now()}):
        return HttpResponseRedirect(reverse("admin:message", args=[row.pk]))
    context = {
        **admin.site.each_context(request),
        "title": outbox_words.kind(row.kind),
        "row": row,
        "to": addressee(row),
        "subject": _subject(row, user, county),
        "why": said(row.error) if row.state != MessageState.SENT else "",
        "tried": _tried(row),
        "open": row.state in TO_SEE_TO,
        "doubtful": row.state == MessageState.UNKNOWN,
        "form": form,
        "able": button(user, "messages.settle"),
    }
    return render(request, "admin/message.html", context)


def _done(do: str, request: HttpRequest, row: Message, form: SettleForm, who: dict[str, Any]) -> bool:
    """Whether it is done or refused; False for a form that is to be shown again."""
    if do == "settle" and not form.is_valid():
        return False
    try:
        if do == "again":
            outgoing.again(message=row, **who)
            messages.success(request, _("已排入发送，马上再发一次。"))
        elif do == "settle":
            outgoing.settle(message=row, how=form.cleaned_data["how"], **who)
            messages.success(request, _("已记下：另行告知。"))
        else:
            raise Refused(_("没有这个操作。请刷新页面。"))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return True


def held(request: HttpRequest) -> HttpResponse:
    """The clock leapt, or the database was restored, and nothing is sent: what time it is, how much waits, and whether to let it go."""
    user, county = signed_in(request)
    may(user, "messages.view")
    at = clock.now()
    if request.method == "POST":
        try:
            resuming.let_go(county=county, by=user, at=at)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("已放行，消息会在几分钟内发出。"))
        return HttpResponseRedirect(reverse("admin:messages_held"))
    beat = pulse.beat(county, at=at)
    leapt: timedelta | None = beat.held_at - beat.swept_at if beat.held_at and beat.swept_at else None
    context = {
        **admin.site.each_context(request),
        "title": _("消息暂停发送"),
        "beat": beat,
        "now": at,
        "leapt": outbox_words.lasting(leapt) if leapt else "",
        "restored": pulse.was_restored(county),
        "able": button(user, "messages.settle"),
    }
    return render(request, "admin/messages_held.html", context)
