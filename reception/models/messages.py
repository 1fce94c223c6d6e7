"""The outbox: what will be said, to whom, by which way. Rows hold ids only; an address is looked up when it is used."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reception.models.counties import Scoped, ScopedManager
from reception.models.people import User


class Channel(models.TextChoices):
    EMAIL = "email", _("电子邮件")
    INBOX = "inbox", _("站内消息")


class MessageState(models.TextChoices):
    WAITING = "waiting", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发")
    FAILED = "failed", _("未能送达")


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, *, at: datetime) -> "MessageQuerySet":
        """Messages to send now: waiting and due, or taken by a sender whose lease ran out."""
        waiting = Q(state=MessageState.WAITING, due_at__lte=at)
        abandoned = Q(state=MessageState.SENDING, lease_until__lte=at)
        return self.filter(waiting | abandoned).order_by("due_at", "pk")


class Message(Scoped):
    """One message to one person by one way. `key` makes it single: the same cause never says the same thing twice."""

    key = models.CharField(max_length=64, editable=False)
    kind = models.CharField(_("事由"), max_length=40)
    channel = models.CharField(_("方式"), max_length=10, choices=Channel.choices)
    recipient = models.ForeignKey(User, verbose_name=_("收件人"), on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(_("内容要素"), default=dict)
    due_at = models.DateTimeField(_("应发时间"))
    state = models.CharField(_("状态"), max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    lease_until = models.DateTimeField(null=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    error = models.CharField(_("未送达原因"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True)

    objects: ClassVar[Any] = ScopedManager.from_queryset(MessageQuerySet)()

    class Meta(Scoped.Meta):
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-due_at"]
        constraints = [models.UniqueConstraint(fields=["county", "key"], name="message_once")]
        indexes = [models.Index(fields=["due_at"], condition=Q(state__in=["waiting", "sending"]), name="message_due")]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"
