"""Supervision of how cases are handled (art. 40), hard cases on the joint meeting's agenda, and proposals for improvement."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case
from petitions.models.documents import Document
from reception.models import Department, Scoped, Topic, User


class SupervisionGround(models.TextChoices):
    """What lets the bureau supervise (art. 40 and local rules)."""

    OVERDUE = "overdue", _("无正当理由未按期办结")
    NO_FEEDBACK = "no_feedback", _("未按规定反馈办理结果")
    PROCEDURE = "procedure", _("未按规定程序办理")
    SHIRKING = "shirking", _("推诿、敷衍、拖延")
    FRAUD = "fraud", _("弄虚作假")
    NOT_CARRIED_OUT = "not_carried_out", _("不执行处理意见")


class Supervision(Scoped):
    """The bureau presses a unit, by a letter and until a day; listed where it is a listed supervision of the joint meeting."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supervisions")
    department = models.ForeignKey(Department, verbose_name=_("被督办单位"), on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("督办事由"), max_length=16, choices=SupervisionGround.choices)
    is_listed = models.BooleanField(_("挂牌督办"), default=False)
    text = models.TextField(_("督办要求"))
    due_on = models.DateField(_("反馈期限"))
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="supervision")
    by = models.ForeignKey(User, verbose_name=_("督办人"), on_delete=models.PROTECT, related_name="+")
    begun_on = models.DateField(_("督办日期"))
    feedback = models.TextField(_("整改反馈"), blank=True)
    fed_back_by = models.ForeignKey(
        User, verbose_name=_("反馈人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    fed_back_on = models.DateField(_("反馈日期"), null=True, blank=True)
    ended_by = models.ForeignKey(User, verbose_name=_("销号人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField(_("销号日期"), null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("督办", "督办", 1)
        verbose_name_plural = ngettext_lazy("督办", "督办", 2)
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="supervision_asks_for_something"),
            models.CheckConstraint(condition=Q(due_on__gte=F("begun_on")), name="supervision_runs_forward"),
            models.CheckConstraint(condition=Q(ended_on__isnull=True) | ~Q(feedback=""), name="supervision_ends_with_feedback"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.department}"


class Agenda(Scoped):
    """The agenda of one joint meeting, made from the hard cases and frozen as a document."""

    meets_on = models.DateField(_("会议日期"))
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="agenda")
    made_by = models.ForeignKey(User, verbose_name=_("编制人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("编制时间"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("联席会议议题", "联席会议议题", 1)
        verbose_name_plural = ngettext_lazy("联席会议议题", "联席会议议题", 2)
        ordering = ["-meets_on", "-pk"]

    def __str__(self) -> str:
        return str(self.meets_on)


class AgendaItem(Scoped):
    """One hard case on an agenda: why it is there, and what the meeting decided."""

    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("顺序"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="agenda_items")
    why = models.CharField(_("列入理由"), max_length=300)
    outcome = models.TextField(_("会议决定"), blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("议题", "议题", 1)
        verbose_name_plural = ngettext_lazy("议题", "议题", 2)
        ordering = ["agenda", "position"]
        constraints = [
            models.UniqueConstraint(fields=["agenda", "position"], name="agenda_position_once"),
            models.UniqueConstraint(fields=["agenda", "case"], name="agenda_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agenda} {self.position}"


class Improvement(Scoped):
    """A proposal to a unit to do better (art. 40); it reports back by a day (D14)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="improvements")
    topic = models.ForeignKey(Topic, verbose_name=_("类别"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("改进建议"))
    due_on = models.DateField(_("反馈期限"))
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="improvement")
    by = models.ForeignKey(User, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField(_("提出日期"))
    report = models.TextField(_("采纳情况"), blank=True)
    reported_by = models.ForeignKey(
        User, verbose_name=_("反馈人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_on = models.DateField(_("反馈日期"), null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("改进工作建议", "改进工作建议", 1)
        verbose_name_plural = ngettext_lazy("改进工作建议", "改进工作建议", 2)
        ordering = ["-made_on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="improvement_says_something")]

    def __str__(self) -> str:
        return f"{self.department} {self.made_on}"
