"""The written opinion on a case: what was found, what follows for each matter, who can be asked to review it, and its delivery."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case
from petitions.models.documents import Document
from petitions.models.materials import Material
from petitions.models.referrals import Referral
from reception.models import Department, Scoped, User


class OpinionKind(models.TextChoices):
    OPINION = "opinion", _("处理意见")
    REPLY = "reply", _("建议答复")
    MEDIATION = "mediation", _("调解协议")
    SETTLEMENT = "settlement", _("和解协议")


class OpinionState(models.TextChoices):
    DRAFTED = "drafted", _("待审")
    RETURNED = "returned", _("已退回")
    ISSUED = "issued", _("已出具")


class Outcome(models.TextChoices):
    """What becomes of one matter (art. 32)."""

    SUPPORTED = "supported", _("予以支持")
    EXPLAINED = "explained", _("解释说明")
    NOT_SUPPORTED = "not_supported", _("不予支持")


class Opinion(Scoped):
    """One version. It never changes but for its checks, which are set once: the bureau's on its form, the instructing leader's look."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="opinions")
    version = models.PositiveSmallIntegerField(_("版本"))
    kind = models.CharField(_("类型"), max_length=12, choices=OpinionKind.choices, default=OpinionKind.OPINION)
    facts = models.TextField(_("查明的事实"))
    basis = models.TextField(_("依据"))
    # The body one level up that can be asked for a review, by its full name.
    remedy_body = models.CharField(_("复查机关"), max_length=120, blank=True)
    carries_out_by = models.DateField(_("承诺兑现日期"), null=True, blank=True)
    drafted_by = models.ForeignKey(User, verbose_name=_("起草人"), on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(_("起草时间"))
    state = models.CharField(_("状态"), max_length=10, choices=OpinionState.choices, default=OpinionState.DRAFTED)
    checked_by = models.ForeignKey(
        User, verbose_name=_("信访部门审核"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    seen_by = models.ForeignKey(
        User, verbose_name=_("批示领导审阅"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(_("审阅时间"), null=True, blank=True)
    returned_reason = models.CharField(_("退回的理由"), max_length=500, blank=True)
    signed_by = models.ForeignKey(User, verbose_name=_("签发人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    issued_on = models.DateField(_("出具日期"), null=True, blank=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="opinion")
    carried_out_on = models.DateField(_("兑现日期"), null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("处理意见", "处理意见", 1)
        verbose_name_plural = ngettext_lazy("处理意见", "处理意见", 2)
        ordering = ["case", "version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="opinion_version_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="drafted"), name="opinion_one_draft"),
            models.CheckConstraint(condition=~Q(facts="") & ~Q(basis=""), name="opinion_says_facts_and_basis"),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | Q(signed_by__isnull=False, issued_on__isnull=False, checked_by__isnull=False, document__isnull=False),
                name="opinion_issued_is_checked_and_signed",
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(returned_reason=""), name="opinion_returned_with_a_reason"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("drafted_by")), name="opinion_signed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.version}"


class Answer(Scoped):
    """What an opinion says to one matter that was raised."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField(_("顺序"))
    matter = models.TextField(_("诉求"))
    outcome = models.CharField(_("结论"), max_length=14, choices=Outcome.choices)
    text = models.TextField(_("答复"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("逐项答复", "逐项答复", 1)
        verbose_name_plural = ngettext_lazy("逐项答复", "逐项答复", 2)
        ordering = ["opinion", "position"]
        constraints = [models.UniqueConstraint(fields=["opinion", "position"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.opinion} {self.position}"


class DeliveryWay(models.TextChoices):
    HANDED = "handed", _("直接送达")
    REGISTERED_MAIL = "registered_mail", _("挂号邮寄")
    LEFT = "left", _("留置送达")
    ELECTRONIC = "electronic", _("电子送达")


class Delivery(Scoped):
    """A document reached the petitioner: on which day, how, and what proves it. Append-only."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="delivery")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliveries")
    way = models.CharField(_("送达方式"), max_length=16, choices=DeliveryWay.choices)
    delivered_on = models.DateField(_("送达日期"))
    proof = models.CharField(_("送达证明"), max_length=300)
    material = models.ForeignKey(Material, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, verbose_name=_("送达人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("登记时间"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("送达", "送达", 1)
        verbose_name_plural = ngettext_lazy("送达", "送达", 2)
        ordering = ["delivered_on", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(proof=""), name="delivery_is_proven")]

    def __str__(self) -> str:
        return f"{self.document} {self.delivered_on}"


class Grade(models.TextChoices):
    SATISFIED = "satisfied", _("满意")
    BASICALLY_SATISFIED = "basically_satisfied", _("基本满意")
    DISSATISFIED = "dissatisfied", _("不满意")


class RatedBody(models.TextChoices):
    BUREAU = "bureau", _("信访部门")
    DEPARTMENT = "department", _("责任单位")


class Rating(Scoped):
    """How the petitioner rates the bureau or the unit, once for each round of handling. Append-only; never held against anyone."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField(_("第几次办理"))
    body = models.CharField(_("评价对象"), max_length=10, choices=RatedBody.choices)
    department = models.ForeignKey(
        Department, verbose_name=_("单位"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    grade = models.CharField(_("评价"), max_length=20, choices=Grade.choices)
    comment = models.CharField(_("意见"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("满意度评价", "满意度评价", 1)
        verbose_name_plural = ngettext_lazy("满意度评价", "满意度评价", 2)
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "body"], name="rating_once_a_round"),
            models.CheckConstraint(
                condition=Q(body="bureau", department__isnull=True) | Q(body="department", department__isnull=False),
                name="rating_of_one_body",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.body}"
