"""The outbox: what will be said, to whom, by which way; each attempt to say it; and the pulse of what sends it.

Rows hold ids and public words only; an address is looked up when it is used.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.counties import County, Scoped, ScopedManager
from reception.models.identities import Identity
from reception.models.people import User


class Channel(models.TextChoices):
    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")
    INBOX = "inbox", _("站内消息")


class MessageState(models.TextChoices):
    """`quiet` is what needs no saying any more, because its cause is gone or its time is over; `unknown` what may have arrived."""

    WAITING = "waiting", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发")
    FAILED = "failed", _("未能送达")
    UNKNOWN = "unknown", _("是否送达不明")
    QUIET = "quiet", _("不必再发")


# What somebody has to see to.
TO_SEE_TO = (MessageState.FAILED, MessageState.UNKNOWN)


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, *, at: datetime) -> "MessageQuerySet":
        """Messages to send now: waiting and due, or taken by a sender whose lease ran out."""
        waiting = Q(state=MessageState.WAITING, due_at__lte=at)
        abandoned = Q(state=MessageState.SENDING, lease_until__lte=at)
        return self.filter(waiting | abandoned).order_by("due_at", "pk")

    def of(self, user: User, *, at: datetime) -> "MessageQuerySet":
        """What a person has been told by now, by whatever way; the newest first."""
        return self.filter(recipient=user, due_at__lte=at).exclude(kind=DIGEST).order_by("-due_at", "-pk")


# The letter that gathers what a person was told within the portal and has not been written to about.
DIGEST = "digest"


class Message(Scoped):
    """One message to one person by one way. `key` makes it single: the same cause never says the same thing twice.

    `recipient` is an account; `identity` a person of the vault, who is told that there is news and never what. `cause` and `rule` say what
    made it. After `valid_until` it is not sent any more. A reminder within the portal is `told_in` the letter that gathered it.
    """

    key = models.CharField(max_length=64, editable=False)
    kind = models.CharField(_("事由"), max_length=40)
    cause = models.CharField(_("起因"), max_length=80, blank=True)
    rule = models.CharField(_("规则"), max_length=16, blank=True)
    channel = models.CharField(_("方式"), max_length=10, choices=Channel.choices)
    # Django's own indexes of these would hold every row; those below hold the rows that have one.
    recipient = models.ForeignKey(
        User, verbose_name=_("收件人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    identity = models.ForeignKey(
        Identity, verbose_name=_("信访人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    facts = models.JSONField(_("内容要素"), default=dict)
    due_at = models.DateTimeField(_("应发时间"))
    valid_until = models.DateTimeField(_("此后不再发"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    lease_until = models.DateTimeField(null=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)
    # The last attempt that went so far that the message may have left us, on a way that can't be asked twice.
    begun_fence = models.PositiveIntegerField(default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    # When it is tried next is `due_at`; when it was first to be sent stays.
    first_due_at = models.DateTimeField(_("原定时间"), null=True, editable=False)
    error = models.CharField(_("未送达原因"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    told_in = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False, db_index=False
    )
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = ScopedManager.from_queryset(MessageQuerySet)()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("消息", "消息", 1)
        verbose_name_plural = ngettext_lazy("消息", "消息", 2)
        ordering = ["-due_at"]
        constraints = [
            models.UniqueConstraint(fields=["county", "key"], name="message_once"),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, identity__isnull=True) | Q(recipient__isnull=True, identity__isnull=False),
                name="message_to_one_person",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "due_at", "id"], condition=Q(state__in=["waiting", "sending"]), name="message_due"),
            models.Index(fields=["county", "recipient", "-due_at"], condition=Q(recipient__isnull=False), name="message_of_person"),
            models.Index(fields=["county", "due_at"], condition=Q(channel="inbox", told_in__isnull=True), name="message_untold"),
            models.Index(fields=["county", "state"], condition=Q(state__in=["failed", "unknown"]), name="message_to_see_to"),
            models.Index(fields=["identity"], condition=Q(identity__isnull=False), name="message_of_citizen"),
            models.Index(fields=["told_in"], condition=Q(told_in__isnull=False), name="message_told_in"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient or self.identity}"


class Occasion(Scoped):
    """Something happened that a person is to be told of; append-only, written with what happened. The outbox follows from it."""

    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=80)
    rule = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    due_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("告知事由", "告知事由", 1)
        verbose_name_plural = ngettext_lazy("告知事由", "告知事由", 2)
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["county", "kind", "cause", "rule", "channel", "recipient"], name="occasion_once")
        ]
        indexes = [models.Index(fields=["county", "due_at"], name="occasion_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"


class Outcome(models.TextChoices):
    SENT = "sent", _("已发")
    LATER = "later", _("暂未成功，将再试")
    REFUSED = "refused", _("被拒绝")
    UNKNOWN = "unknown", _("是否送达不明")
    QUIET = "quiet", _("不必再发")
    DELIVERED = "delivered", _("网关回执：已送达")
    RETURNED = "returned", _("网关回执：未送达")
    SETTLED = "settled", _("人工处理")


class Attempt(Scoped):
    """What came of one attempt, or what a gateway or a person said of it later; append-only.

    It names the message by its key and outlives it: a message that is derived anew has the same. An attempt that was begun and has no row
    ended in the middle; `Message.fence` counts those that were begun.
    """

    key = models.CharField(max_length=64, editable=False)
    fence = models.PositiveIntegerField()
    at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices)
    said = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.CharField(_("经办"), max_length=60, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("发送记录", "发送记录", 1)
        verbose_name_plural = ngettext_lazy("发送记录", "发送记录", 2)
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["county", "key"], name="attempt_of_message"),
            # The pulse counts them at every beat.
            models.Index(
                fields=["county"], condition=Q(outcome="unknown") | Q(outcome="later", said="cut off"), name="attempt_cut"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.outcome}"


class Pulse(models.Model):
    """How the sending of one county's messages stands, as those who send last saw it: numbers and moments only, open to the health page.

    `held_at` is set while a leap of the clock would make so many messages due that a person is asked first, or while a database that was
    restored waits for one; `held` is how many messages. `history` is the server's (`lineage`) when it was last looked through.
    """

    # Not `county_id`: that is what the walled tables have, and this one is open.
    county = models.OneToOneField(County, on_delete=models.PROTECT, primary_key=True, db_column="of_county", related_name="pulse")
    swept_at = models.DateTimeField(null=True)
    swept_on = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    oldest_due_at = models.DateTimeField(null=True)
    waiting = models.PositiveIntegerField(default=0)
    to_see_to = models.PositiveIntegerField(default=0)
    interrupted = models.PositiveIntegerField(default=0)
    held_at = models.DateTimeField(null=True)
    held = models.PositiveIntegerField(default=0)
    released_until = models.DateTimeField(null=True)
    history = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = ngettext_lazy("消息发送状态", "消息发送状态", 1)
        verbose_name_plural = ngettext_lazy("消息发送状态", "消息发送状态", 2)

    def __str__(self) -> str:
        return str(self.county)

    @property
    def last_beat(self) -> datetime | None:
        """When it was both swept and sent for, the earlier of the two; none where it never was."""
        return min(self.swept_at, self.sent_at) if self.swept_at and self.sent_at else None

    def is_of_another(self, history: int) -> bool:
        """Whether the county was last looked through in another history of the server: the database was restored since."""
        return self.history is not None and self.history != history
