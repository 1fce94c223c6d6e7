"""Minutes of a reception: what was asked, what the leader said and decided, and who does what by when. They only grow.

A correction is a new version that points to the old. The hash of each version covers what it says and the version before.
"""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case
from reception.models import Booking, Department, Leader, Scoped, User
from reception.models.counties import ScopedManager


class Decision(models.TextChoices):
    RESOLVED_ON_SPOT = "resolved_on_spot", _("当场解决")
    INSTRUCTED = "instructed", _("批示交办")
    GUIDED = "guided", _("引导法定途径")
    NOT_ACCEPTED = "not_accepted", _("不予受理")


class Ground(models.TextChoices):
    """Why a matter is not accepted: nothing outside this list is a ground."""

    COURT = "court", _("属于法院、检察院职权范围")
    SKIPPED = "skipped", _("越级走访，应由有权处理的本级或上一级机关接待")
    IN_PROGRESS = "in_progress", _("同一事项已经受理或正在办理，尚在规定期限内")
    CONCLUDED = "concluded", _("同一事项已经复核终结或依法终结")


class MinutesQuerySet(models.QuerySet["Minutes"]):
    def current(self) -> "MinutesQuerySet":
        """The last version of each reception's minutes."""
        return self.filter(corrected_by__isnull=True)


MinutesManager = ScopedManager.from_queryset(MinutesQuerySet)


class Minutes(Scoped):
    """One version of the minutes of one reception. `present` names posts and units, one on each line; `path` the way led to.

    `key` is the form's own, so the same form sent twice is one version.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(editable=False)
    booking = models.ForeignKey(Booking, verbose_name=_("预约"), on_delete=models.PROTECT, related_name="minutes")
    case = models.ForeignKey(Case, verbose_name=_("信访事项"), on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField(_("版本"))
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by")
    reason = models.CharField(_("更正理由"), max_length=300, blank=True)
    leader = models.ForeignKey(Leader, verbose_name=_("接访领导"), on_delete=models.PROTECT, related_name="+")
    asked = models.TextField(_("反映的问题和诉求"))
    said = models.TextField(_("领导答复意见"))
    decision = models.CharField(_("处理决定"), max_length=20, choices=Decision.choices)
    ground = models.CharField(_("不予受理的理由"), max_length=20, choices=Ground.choices, blank=True)
    path = models.CharField(_("引导的途径"), max_length=300, blank=True)
    present = models.TextField(_("在场人员"), blank=True)
    begun_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"))
    read_back = models.BooleanField(_("已当场宣读，来访人确认无误"))
    recorded_by = models.ForeignKey(User, verbose_name=_("记录人"), on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("记录时间"))
    hash = models.CharField(_("校验码"), max_length=64, editable=False)

    objects: ClassVar[Any] = MinutesManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("接访记录", "接访记录", 1)
        verbose_name_plural = ngettext_lazy("接访记录", "接访记录", 2)
        ordering = ["booking", "version"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "version"], name="minutes_version_once"),
            models.UniqueConstraint(fields=["county", "key"], name="minutes_once_a_form"),
            models.CheckConstraint(
                condition=(Q(decision="not_accepted") & ~Q(ground="")) | (~Q(decision="not_accepted") & Q(ground="")),
                name="minutes_ground_where_not_accepted",
            ),
            models.CheckConstraint(
                condition=(Q(decision="guided") & ~Q(path="")) | (~Q(decision="guided") & Q(path="")),
                name="minutes_path_where_guided",
            ),
            models.CheckConstraint(condition=Q(ended_at__gte=F("begun_at")), name="minutes_run_forward"),
            models.CheckConstraint(
                condition=Q(version=1, corrects__isnull=True, reason="")
                | (Q(version__gt=1, corrects__isnull=False) & ~Q(reason="")),
                name="minutes_correction_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking} {self.version}"


class Task(Scoped):
    """What a department does by when, as one version of the minutes says. The lead answers for the whole."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="tasks")
    position = models.PositiveSmallIntegerField(_("顺序"))
    department = models.ForeignKey(Department, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField(_("牵头"))
    deliverable = models.CharField(_("办理事项"), max_length=300)
    due_on = models.DateField(_("办结时限"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("交办任务", "交办任务", 1)
        verbose_name_plural = ngettext_lazy("交办任务", "交办任务", 2)
        ordering = ["minutes", "position"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "position"], name="task_once"),
            models.UniqueConstraint(fields=["minutes", "department"], name="task_once_a_department"),
            models.UniqueConstraint(fields=["minutes"], condition=Q(is_lead=True), name="task_one_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} {self.department}"
