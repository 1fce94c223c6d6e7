"""Review and re-review: the petitioner asks the body one level up, which upholds, changes or sets aside (art. 35, 36)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case
from petitions.models.documents import Document
from petitions.models.opinions import Opinion
from reception.models import Department, Scoped, User


class Level(models.TextChoices):
    REVIEW = "review", _("复查")
    REREVIEW = "rereview", _("复核")


class Ruling(models.TextChoices):
    UPHELD = "upheld", _("维持")
    CHANGED = "changed", _("变更")
    SET_ASIDE = "set_aside", _("撤销，责令重新办理")


class Review(Scoped):
    """One review or re-review of an opinion. `body` is who decides; `department` the same where it is a unit of this county.

    `is_late` where it was asked for after the last day and taken all the same, by a person's decision with a reason.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="reviews")
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    body = models.CharField(_("复查（复核）机关"), max_length=120)
    department = models.ForeignKey(
        Department, verbose_name=_("单位"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_on = models.DateField(_("申请日期"))
    request = models.TextField(_("申请的理由"))
    is_late = models.BooleanField(_("逾期申请"), default=False)
    late_reason = models.CharField(_("逾期仍受理的理由"), max_length=300, blank=True)
    ruling = models.CharField(_("决定"), max_length=10, choices=Ruling.choices, blank=True)
    text = models.TextField(_("复查（复核）意见"), blank=True)
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("经办人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="review")

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("复查复核", "复查复核", 1)
        verbose_name_plural = ngettext_lazy("复查复核", "复查复核", 2)
        ordering = ["case", "requested_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "level"], name="review_once_a_level"),
            models.CheckConstraint(
                condition=Q(is_late=False, late_reason="") | (Q(is_late=True) & ~Q(late_reason="")),
                name="review_late_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ruling="", decided_on__isnull=True, decided_by__isnull=True)
                | (~Q(ruling="") & ~Q(text="") & Q(decided_on__isnull=False, decided_by__isnull=False)),
                name="review_decided_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.level}"
