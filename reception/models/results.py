"""What became of a county's matters, month by month, as told to everybody: in numbers, for ever."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.counties import Scoped


class Result(Scoped):
    """The figures of one month, told once and never changed. `document` is as `petitions.reports.results` writes it."""

    month = models.DateField(_("月份"))
    document = models.JSONField(_("内容"))
    published_at = models.DateTimeField(_("公布时间"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("办理结果", "办理结果", 1)
        verbose_name_plural = ngettext_lazy("办理结果", "办理结果", 2)
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["county", "month"], name="result_once_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
