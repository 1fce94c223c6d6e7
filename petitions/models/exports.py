"""Files that staff take out of the portal: who asked for what, how far it is, and until when it can be had."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models import Scoped, User
from reception.models.uploads import SealedFile


class ExportKind(models.TextChoices):
    REPORT_XLSX = "report_xlsx", _("统计报表（XLSX）")
    REPORT_CSV = "report_csv", _("统计报表（CSV）")
    CASES_XLSX = "cases_xlsx", _("事项清单（XLSX）")


class ExportState(models.TextChoices):
    WAITING = "waiting", _("等待生成")
    MAKING = "making", _("正在生成")
    READY = "ready", _("可以下载")
    FAILED = "failed", _("没有生成")
    EXPIRED = "expired", _("已过期删除")


class Export(Scoped):
    """One file asked for. `period` as `scheduling.periods` reads it; `done` of `parts` are made; it can be had until `expires_at`.

    `columns` are what was asked for, of those that may go out at all. The row stays when the file is gone.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("种类"), max_length=12, choices=ExportKind.choices)
    period = models.CharField(_("统计期"), max_length=7)
    columns = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(_("状态"), max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    asked_by = models.ForeignKey(User, verbose_name=_("导出人"), on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    begun_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    parts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(_("下载期限"), null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("导出", "导出", 1)
        verbose_name_plural = ngettext_lazy("导出", "导出", 2)
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="ready") | Q(expires_at__isnull=False), name="export_ready_until"),
        ]
        indexes = [models.Index(fields=["county", "state"], name="export_by_state")]

    def __str__(self) -> str:
        return str(self.uid)


class ExportFile(SealedFile):
    """The file of an export, sealed on disk until it expires."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="file")

    class Meta(SealedFile.Meta):
        verbose_name = ngettext_lazy("导出的文件", "导出的文件", 1)
        verbose_name_plural = ngettext_lazy("导出的文件", "导出的文件", 2)
        ordering = ["kept_at", "pk"]

    def __str__(self) -> str:
        return str(self.uid)
