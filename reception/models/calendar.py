"""The office's own word on the calendar: rows laid over the package's arrangement, and years confirmed by hand.

Both come by a change that one person proposes and another approves. Rows of a county's import came with the county and count at once.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models.counties import County, Scoped, ScopedManager
from reception.models.people import User
from scheduling.calendar import Confirmation, Row, WorkCalendar


class Level(models.IntegerChoices):
    """Whose word a row is. A higher level beats a lower one."""

    NATIONAL = 1, _("国务院办公厅通知")
    PROVINCE = 2, _("省、市通知")
    COUNTY = 3, _("县通知")
    EMERGENCY = 4, _("应急安排")


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", _("待审定")
    APPROVED = "approved", _("已生效")
    WITHDRAWN = "withdrawn", _("已撤回")


class CalendarChange(Scoped):
    """A proposal to change the calendar: it adds rows, withdraws rows in force, confirms a year, or several of these at once.

    `withdraws` holds the ids of rows. `effects` is what the approval moved, as it was shown: a list of written moves.
    """

    state = models.CharField(_("状态"), max_length=10, choices=ChangeState.choices, default=ChangeState.PROPOSED)
    document = models.CharField(_("文件名称"), max_length=200)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    note = models.CharField(_("内部备注"), max_length=300, blank=True)
    confirms = models.PositiveSmallIntegerField(_("确认年度"), null=True, blank=True)
    withdraws = models.JSONField(_("撤销的日历行"), default=list)
    effects = models.JSONField(_("生效时的影响"), default=list)
    proposed_by = models.ForeignKey(User, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+", editable=False)
    proposed_at = models.DateTimeField(_("提出时间"), editable=False)
    approved_by = models.ForeignKey(
        User, verbose_name=_("审定人"), on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    approved_at = models.DateTimeField(_("审定时间"), null=True, editable=False)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("日历变更", "日历变更", 1)
        verbose_name_plural = ngettext_lazy("日历变更", "日历变更", 2)
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ChangeState.APPROVED, approved_by__isnull=False, approved_at__isnull=False)
                | (~Q(state=ChangeState.APPROVED) & Q(approved_by__isnull=True, approved_at__isnull=True)),
                name="calendar_change_approved_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.cited

    @property
    def cited(self) -> str:
        """The document as it is cited."""
        return cite(self.document, self.document_number)


def cite(document: str, number: str) -> str:
    """A document by its name and, where it has one, its number."""
    return f"{document}（{number}）" if number else document


class CalendarRowQuerySet(models.QuerySet["CalendarRow"]):
    def in_force(self) -> "CalendarRowQuerySet":
        """Rows that count: not merely proposed, and not withdrawn."""
        return self.filter(proposed=False, withdrawn_at__isnull=True)


CalendarRowManager = ScopedManager.from_queryset(CalendarRowQuerySet)


class CalendarRow(Scoped):
    """One day that is off, or is worked, on the word of a document. A withdrawn row stays and counts no more."""

    day = models.DateField(_("日期"))
    works = models.BooleanField(_("是否上班"), choices=[(False, _("放假")), (True, _("上班"))])
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    document = models.CharField(_("依据文件"), max_length=200, help_text=_("文件名称和文号。"))
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    level = models.PositiveSmallIntegerField(_("层级"), choices=Level.choices, default=Level.COUNTY)
    change = models.ForeignKey(
        CalendarChange, verbose_name=_("日历变更"), on_delete=models.PROTECT, null=True, editable=False, related_name="rows"
    )
    proposed = models.BooleanField(_("尚待审定"), default=False, editable=False)
    entered_by = models.ForeignKey(User, verbose_name=_("录入人"), on_delete=models.PROTECT, related_name="+", editable=False)
    entered_at = models.DateTimeField(_("录入时间"), editable=False)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = CalendarRowManager()

    class Meta(Scoped.Meta):
        verbose_name = _("日历行")
        verbose_name_plural = _("节假日与调休")
        ordering = ["day", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "level", "day"],
                condition=Q(withdrawn_at__isnull=True, proposed=False),
                name="calendar_row_once",
                violation_error_message=_("同一层级对这一天已有规定。请先撤销原有的一行，再录入新的。"),
            ),
            models.UniqueConstraint(fields=["change", "level", "day"], name="calendar_row_once_a_change"),
            models.CheckConstraint(condition=Q(proposed=False) | Q(change__isnull=False), name="calendar_row_proposed_by_a_change"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_works_display()}"

    @property
    def cited(self) -> str:
        """The document as it is cited."""
        return cite(self.document, self.document_number)


class YearConfirmation(Scoped):
    """The office confirms that a year's arrangement is known and entered, and names the decree."""

    year = models.PositiveSmallIntegerField(_("年份"))
    document = models.CharField(_("依据文件"), max_length=300)
    change = models.ForeignKey(
        CalendarChange, verbose_name=_("日历变更"), on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
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


def work_calendar(county: County, *, with_change: CalendarChange | None = None) -> WorkCalendar:
    """The county's calendar: the package's arrangement, and over it the rows in force, the more local on top.

    With a proposed change, as the calendar would be once it is approved. Raises `CalendarConflict` where a change would put two
    opposite rows on one level.
    """
    rows = list(CalendarRow.objects.in_force().order_by("level", "entered_at", "pk"))
    confirmations = [Confirmation(row.year, row.document) for row in YearConfirmation.objects.all()]
    if with_change is not None:
        gone = {row.pk for row in ended_by(with_change)}
        rows = [row for row in rows if row.pk not in gone] + list(with_change.rows.all())
        if with_change.confirms is not None:
            confirmations.append(Confirmation(with_change.confirms, with_change.cited))
    return WorkCalendar(
        country=county.country,
        rows=[Row(row.day, row.works, row.name, row.name_en, row.cited, row.level) for row in rows],
        confirmations=confirmations,
    )


def ended_by(change: CalendarChange) -> list[CalendarRow]:
    """The rows in force that a change ends: those it withdraws, and those on whose level and day it puts its own."""
    new = {(row.level, row.day) for row in change.rows.all()}
    withdrawn = set(change.withdraws)
    return [row for row in CalendarRow.objects.in_force() if row.pk in withdrawn or (row.level, row.day) in new]
