"""Official documents of a case: numbered for each county, kind and year without a gap, and never changed once issued."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case, CaseStep
from reception.models import Department, Scoped, User


class DocumentKind(models.TextChoices):
    REGISTRATION = "registration", _("信访事项登记表")
    ACCEPTANCE = "acceptance", _("受理告知书")
    NON_ACCEPTANCE = "non_acceptance", _("不予受理告知书")
    NO_FURTHER = "no_further", _("不再受理告知书")
    GUIDANCE = "guidance", _("依法分类处理告知书")
    TRANSFER = "transfer", _("转送函")
    ASSIGNMENT = "assignment", _("交办函")
    EXTENSION = "extension", _("延期告知书")
    SUPERVISION = "supervision", _("督办函")
    OPINION = "opinion", _("处理意见书")
    DELIVERY_SLIP = "delivery_slip", _("送达回证")
    REVIEW = "review", _("复查意见书")
    REREVIEW = "rereview", _("复核意见书")
    CLOSING_REPORT = "closing_report", _("办结报告")
    IMPROVEMENT = "improvement", _("改进工作建议书")
    AGENDA = "agenda", _("联席会议议题")


class Counter(Scoped):
    """The last number given away for one kind of document in one year; locked by whoever takes the next."""

    kind = models.CharField(max_length=16, choices=DocumentKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("文号", "文号", 1)
        verbose_name_plural = ngettext_lazy("文号", "文号", 2)
        ordering = ["kind", "year"]
        constraints = [models.UniqueConstraint(fields=["county", "kind", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.last}"


class Document(Scoped):
    """What an office told in writing. `said` holds everything it says but who the petitioner is, which is put in when it is printed.

    `for_petitioner` says whether the petitioner's own page offers it. Append-only; `hash` covers what it says.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    kind = models.CharField(_("文书"), max_length=16, choices=DocumentKind.choices)
    year = models.PositiveSmallIntegerField(_("年份"))
    n = models.PositiveIntegerField(_("序号"))
    issuer = models.ForeignKey(
        Department, verbose_name=_("出具单位"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_on = models.DateField(_("日期"))
    issued_by = models.ForeignKey(User, verbose_name=_("经办人"), on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("出具时间"))
    said = models.JSONField(default=dict)
    for_petitioner = models.BooleanField(_("信访人可查看"), default=False)
    hash = models.CharField(_("校验码"), max_length=64, editable=False)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("文书", "文书", 1)
        verbose_name_plural = ngettext_lazy("文书", "文书", 2)
        ordering = ["issued_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["county", "kind", "year", "n"], name="document_number_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}-{self.n}"
