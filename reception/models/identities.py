"""The identity vault: who a person is, sealed, apart from what they raise. Rows hold ciphertext and blind indexes only."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.counties import Scoped


class Identity(Scoped):
    """One person as they gave themselves in one matter. `sealed` opens with the data key in `wrapped`, which opens with the master
    key named `key_name`; without `wrapped` it opens never again."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key_name = models.CharField(max_length=20, editable=False)
    wrapped = models.BinaryField(null=True, editable=False)
    sealed = models.BinaryField(editable=False)
    # Equality only: of the identity number, of the phone, and of the person (by identity number, else by name and phone).
    id_index = models.CharField(max_length=24, blank=True, editable=False)
    phone_index = models.CharField(max_length=24, blank=True, editable=False)
    name_index = models.CharField(max_length=24, editable=False)
    person_index = models.CharField(max_length=24, editable=False)
    wants_sms = models.BooleanField(_("接收短信"), default=True, editable=False)
    kept_at = models.DateTimeField(_("登记时间"), editable=False)
    shredded_at = models.DateTimeField(_("销毁时间"), null=True, editable=False)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("身份信息", "身份信息", 1)
        verbose_name_plural = ngettext_lazy("身份信息", "身份信息", 2)
        ordering = ["-kept_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, shredded_at__isnull=False) | Q(wrapped__isnull=False, shredded_at__isnull=True),
                name="identity_readable_or_shredded",
            )
        ]
        indexes = [
            models.Index(fields=["county", "person_index"], name="identity_person"),
            models.Index(fields=["county", "phone_index"], name="identity_phone"),
            models.Index(fields=["county", "id_index"], name="identity_id"),
            models.Index(fields=["county", "name_index"], name="identity_name"),
            models.Index(fields=["key_name"], name="identity_key"),
        ]

    def __str__(self) -> str:
        return str(self.uid)
