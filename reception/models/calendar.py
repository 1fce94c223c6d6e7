"""The office's own word on the calendar: rows laid over the package's arrangement, and years confirmed by hand."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reception.models.counties import County, Scoped
from reception.models.people import User
from scheduling.calendar import Confirmation, Row, WorkCalendar


class Level(models.IntegerChoices):
    """Whose word a row is. A higher level beats a lower one."""

    NATIONAL = 1, _("国务院办公厅通知")
    PROVINCE = 2, _("省、市通知")
    COUNTY = 3, _("县通知")
    EMERGENCY = 4, _("应急安排")


class CalendarRow(Scoped):
    """One day that is off, or is worked, on the word of a document. A withdrawn row stays and counts no more."""

    day = models.DateField(_("日期"))
    works = models.BooleanField(_("是否上班"), choices=[(False, _("放假")), (True, _("上班"))])
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    document = models.CharField(_("依据文件"), max_length=200, help_text=_("文件名称和文号。"))
    level = models.PositiveSmallIntegerField(_("层级"), choices=Level.choices, default=Level.COUNTY)
    entered_by = models.ForeignKey(User, verbose_name=_("录入人"), on_delete=models.PROTECT, related_name="+", editable=False)
    entered_at = models.DateTimeField(_("录入时间"), editable=False)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True, editable=False)

    class Meta(Scoped.Meta):
        verbose_name = _("日历行")
        verbose_name_plural = _("节假日与调休")
        ordering = ["day", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "level", "day"],
                condition=Q(withdrawn_at__isnull=True),
                name="calendar_row_once",
                violation_error_message=_("同一层级对这一天已有规定。请先撤销原有的一行，再录入新的。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_works_display()}"


class YearConfirmation(Scoped):
    """The office confirms that a year's arrangement is known and entered, and names the decree."""

    year = models.PositiveSmallIntegerField(_("年份"))
    document = models.CharField(_("依据文件"), max_length=200)
    confirmed_by = models.ForeignKey(User, verbose_name=_("确认人"), on_delete=models.PROTECT, related_name="+", editable=False)
    confirmed_at = models.DateTimeField(_("确认时间"), editable=False)

    class Meta(Scoped.Meta):
        verbose_name = _("年度确认")
        verbose_name_plural = _("年度节假日安排确认")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "year"], name="year_confirmed_once", violation_error_message=_("这一年已经确认。")
            )
        ]

    def __str__(self) -> str:
        return str(self.year)


def work_calendar(county: County) -> WorkCalendar:
    """The county's calendar: the package's arrangement, and over it the rows in force, the more local and the later on top."""
    rows = CalendarRow.objects.filter(withdrawn_at__isnull=True).order_by("level", "entered_at", "pk")
    return WorkCalendar(
        country=county.country,
        rows=[Row(row.day, row.works, row.name, row.name_en, row.document, row.level) for row in rows],
        confirmations=[Confirmation(row.year, row.document) for row in YearConfirmation.objects.all()],
    )
