"""The clocks of a case: when each began, when it ends and how that was counted, and which step stopped it. Append-only."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models.cases import Case, CaseStep
from reception.models import Scoped
from reception.models.counties import ScopedManager


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> "DeadlineQuerySet":
        """Clocks that no step has stopped and no other clock has taken the place of."""
        return self.filter(stop__isnull=True, superseded_by__isnull=True)


DeadlineManager = ScopedManager.from_queryset(DeadlineQuerySet)


class Deadline(Scoped):
    """One clock, as it was counted. `due_on` is the last day still in time; `target_on` the last working day not after it.

    `began_by` is the step whose fact (`start`) began it on the day `started_on`, which is not counted. `calendar` is the fingerprint of
    the calendar and `rule` the edition of the table of limits that it was counted by.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField(_("期限"), max_length=4)
    start = models.CharField(_("起算事实"), max_length=20)
    began_by = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField(_("起算日"))
    amount = models.PositiveSmallIntegerField(_("期限长度"))
    unit = models.CharField(_("单位"), max_length=16)
    roll = models.CharField(max_length=20)
    article = models.CharField(_("依据"), max_length=120)
    rule = models.CharField(_("规则版本"), max_length=20)
    calendar = models.CharField(_("日历指纹"), max_length=64)
    due_on = models.DateField(_("届满日"))
    target_on = models.DateField(_("内部目标日"))
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by")

    objects: ClassVar[Any] = DeadlineManager()

    class Meta(Scoped.Meta):
        verbose_name = _("办理期限")
        verbose_name_plural = _("办理期限")
        ordering = ["case", "started_on", "pk"]
        indexes = [models.Index(fields=["county", "due_on"], name="deadline_due")]

    def __str__(self) -> str:
        return f"{self.case} {self.kind}"


class Stop(Scoped):
    """A step that stopped a clock, on a day."""

    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="stop")
    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="stops")
    stopped_on = models.DateField(_("停止日"))

    class Meta(Scoped.Meta):
        verbose_name = _("期限停止")
        verbose_name_plural = _("期限停止")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.deadline} {self.stopped_on}"
