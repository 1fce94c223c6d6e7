"""A booking form that is being filled in: nobody's yet, sealed, and gone after an hour."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import ngettext_lazy

from reception.models.bookings import Booking
from reception.models.counties import Scoped
from reception.models.days import Sitting


class Draft(Scoped):
    """What one browser has typed so far. `sealed` opens as an identity does; its `uid` is the form's key and the holder of its place.

    `owner` and `network` are keyed fingerprints: of the browser's cookie, and of the network it comes from. Once it is sent the
    contents are gone, and only what leads back to the receipt stays until `expires_at`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.CharField(max_length=24, editable=False)
    network = models.CharField(max_length=24, blank=True, editable=False)
    key_name = models.CharField(max_length=20, editable=False)
    wrapped = models.BinaryField(null=True, editable=False)
    sealed = models.BinaryField(editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    held_until = models.DateTimeField(null=True, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    started_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("未提交的预约", "未提交的预约", 1)
        verbose_name_plural = ngettext_lazy("未提交的预约", "未提交的预约", 2)
        ordering = ["started_at"]
        constraints = [
            models.CheckConstraint(condition=Q(booking__isnull=True) | Q(wrapped__isnull=True), name="draft_sent_holds_nothing")
        ]
        indexes = [
            models.Index(fields=["county", "expires_at"], name="draft_expiry"),
            models.Index(fields=["county", "network"], name="draft_network"),
        ]

    def __str__(self) -> str:
        return str(self.uid)
