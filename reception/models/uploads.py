"""Photos and papers that come with a booking. The row says what and whose; the file itself is sealed, on disk, under a random name."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.bookings import Booking
from reception.models.counties import Scoped
from reception.models.drafts import Draft


class SealedFile(Scoped):
    """One file, drawn anew by us. Its own name is sealed too."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key_name = models.CharField(max_length=20, editable=False)
    wrapped = models.BinaryField(editable=False)
    name = models.BinaryField(editable=False)
    media_type = models.CharField(_("类型"), max_length=80, editable=False)
    size = models.PositiveIntegerField(_("大小"), editable=False)
    kept_at = models.DateTimeField(_("上传时间"), editable=False)

    class Meta(Scoped.Meta):
        abstract = True


class Upload(SealedFile):
    """A file with a form that is being filled in, later with the booking."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="uploads", editable=False)
    booking = models.ForeignKey(
        Booking, verbose_name=_("预约"), on_delete=models.PROTECT, null=True, related_name="uploads", editable=False
    )

    class Meta(SealedFile.Meta):
        verbose_name = ngettext_lazy("来访材料", "来访材料", 1)
        verbose_name_plural = ngettext_lazy("来访材料", "来访材料", 2)
        ordering = ["kept_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True, booking__isnull=False) | Q(draft__isnull=False, booking__isnull=True),
                name="upload_with_a_draft_or_a_booking",
            )
        ]

    def __str__(self) -> str:
        return str(self.uid)
