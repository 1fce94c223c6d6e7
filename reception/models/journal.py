"""The journal: what was done, by whom, when. Append-only, and each entry holds the hash of the one before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reception.models.counties import Scoped


class Entry(Scoped):
    """One deed. It keeps text ids, not foreign keys, so that it outlives what it tells of; and no personal data of petitioners."""

    n = models.PositiveBigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    actor = models.CharField(_("操作人"), max_length=60)
    acting_for = models.CharField(_("代表"), max_length=60, blank=True)
    act = models.CharField(_("操作"), max_length=60)
    object = models.CharField(_("对象"), max_length=120)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    facts = models.JSONField(_("事实"), default=dict)
    previous = models.CharField(_("前一条校验值"), max_length=64)
    hash = models.CharField(_("校验值"), max_length=64)

    class Meta(Scoped.Meta):
        verbose_name = _("日志")
        verbose_name_plural = _("操作日志")
        ordering = ["-n"]
        constraints = [models.UniqueConstraint(fields=["county", "n"], name="entry_number_once")]
        indexes = [models.Index(fields=["county", "object"], name="entry_object")]

    def __str__(self) -> str:
        return f"{self.n} {self.act}"
