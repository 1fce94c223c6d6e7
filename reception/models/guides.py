"""The right-path guide: what else there is than a leader's reception, where and by when. Rows of the bureau's, in both languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.counties import Scoped


class GuideKind(models.TextChoices):
    URGENT = "urgent", _("紧急情况")
    ELSEWHERE = "elsewhere", _("有专门途径")
    TRACK = "track", _("查询办理进度")


class GuideStep(Scoped):
    """One answer to "what is it about?" and the page it leads to. None of them keeps anyone from booking."""

    code = models.SlugField(_("网址名"), max_length=20, help_text=_("小写拼音或英文，出现在网址中。"))
    kind = models.CharField(_("种类"), max_length=10, choices=GuideKind.choices, default=GuideKind.ELSEWHERE)
    question = models.CharField(_("选项"), max_length=120, help_text=_("来访人看到的选项，用大白话写。"))
    question_en = models.CharField(_("选项（英文）"), max_length=240, blank=True)
    applies = models.CharField(_("适用于"), max_length=300, blank=True)
    applies_en = models.CharField(_("适用于（英文）"), max_length=600, blank=True)
    body = models.CharField(_("找哪个单位"), max_length=200)
    body_en = models.CharField(_("找哪个单位（英文）"), max_length=400, blank=True)
    place = models.CharField(_("地点、电话"), max_length=200, blank=True)
    place_en = models.CharField(_("地点、电话（英文）"), max_length=400, blank=True)
    how = models.TextField(_("怎样办"), help_text=_("每行一步。"))
    how_en = models.TextField(_("怎样办（英文）"), blank=True, help_text=_("每行一步。"))
    by_when = models.CharField(_("期限"), max_length=300, blank=True)
    by_when_en = models.CharField(_("期限（英文）"), max_length=600, blank=True)
    caution = models.CharField(_("提醒"), max_length=300, blank=True)
    caution_en = models.CharField(_("提醒（英文）"), max_length=600, blank=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    shown = models.BooleanField(_("显示"), default=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("办事指引", "办事指引", 1)
        verbose_name_plural = ngettext_lazy("办事指引", "办事指引", 2)
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "code"], name="guide_code", violation_error_message=_("已有同名的指引，请另取网址名。")
            )
        ]

    def __str__(self) -> str:
        return self.question
