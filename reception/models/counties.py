"""The county, and the base of every table that belongs to one."""

import re
from datetime import date, time
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception import language, scope
from scheduling.office import Office
from scheduling.reminders import Audience, Ladder

# Words that are the first part of an address of ours and so can't be a county's.
RESERVED_SLUGS = frozenset(
    [
        "admin",
        "api",
        "accounts",
        "desk",
        "en",
        "zh-hans",
        "healthz",
        "static",
        "media",
        "track",
        "styleguide",
        "help",
        "accessibility",
        "privacy",
        "book",
        "csp",
        "embed",
        "metrics",
        "messages",
        "gateway",
    ]
)


ORIGIN = re.compile(r"https://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9][a-z0-9-]*[a-z0-9](?::[0-9]{1,5})?")


def check_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("“%(slug)s”是本站保留的网址，请另取一个。") % {"slug": slug})


def check_embed_hosts(hosts: str) -> None:
    """``*``, nothing, or ``https://`` origins, as a browser's ``frame-ancestors`` takes them."""
    if hosts.strip() != "*" and not all(ORIGIN.fullmatch(host) for host in hosts.split()):
        raise ValidationError(_("请写 *（任何网站），或用空格分隔的网址，例如 https://www.example.gov.cn；不嵌入则留空。"))


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("没有名为“%(name)s”的时区，例如 Asia/Shanghai。") % {"name": name})


def days_before_a_limit() -> list[int]:
    return [7, 3, 1, 0]


def days_before_a_visit() -> list[int]:
    return [3, 1]


BETWEEN_1_AND_60 = [MinValueValidator(1), MaxValueValidator(60)]


class IdentityNumber(models.TextChoices):
    OFF = "off", _("不收集")
    OPTIONAL = "optional", _("可填")
    REQUIRED = "required", _("必填")


class CountyQuerySet(models.QuerySet["County"]):
    def named(self, slug: str) -> "County":
        """The county with this slug. Raises `County.DoesNotExist`."""
        return self.get(slug=slug)


class County(models.Model):
    """One county: its names, its rule for the reception day, and what its public pages say of the bureau."""

    slug = models.SlugField(
        _("网址名"), max_length=40, unique=True, validators=[check_slug], help_text=_("小写拼音，出现在网址中，例如 chenghe。")
    )
    code = models.CharField(_("行政区划代码"), max_length=6, unique=True, validators=[RegexValidator(r"^\d{6}$", _("六位数字。"))])
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    time_zone = models.CharField(_("时区"), max_length=40, default="Asia/Shanghai", validators=[check_time_zone])
    country = models.CharField(_("节假日安排所属国家"), max_length=2, default="CN")
    nominal_day = models.PositiveSmallIntegerField(
        _("接访日"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("每月几日；遇休息日顺延至下一个工作日。"),
    )
    bureau = models.CharField(_("信访部门名称"), max_length=80)
    bureau_en = models.CharField(_("信访部门英文名称"), max_length=160, blank=True)
    address = models.CharField(_("地址"), max_length=160, blank=True)
    address_en = models.CharField(_("英文地址"), max_length=240, blank=True)
    phone = models.CharField(_("咨询电话"), max_length=40, blank=True)
    supervision_phone = models.CharField(_("监督电话"), max_length=40, blank=True)
    government = models.CharField(
        _("本级人民政府名称"),
        max_length=120,
        blank=True,
        help_text=_("对部门的处理意见不服，向它申请复查；留空则为县名加“人民政府”。"),
    )
    upper_government = models.CharField(
        _("上一级人民政府名称"), max_length=120, blank=True, help_text=_("对县级的复查意见不服，向它申请复核；填写全称。")
    )
    scope = models.TextField(_("接访范围"), blank=True)
    scope_en = models.TextField(_("接访范围（英文）"), blank=True)
    booking = models.TextField(_("预约方式"), blank=True)
    booking_en = models.TextField(_("预约方式（英文）"), blank=True)
    notice = models.TextField(_("来访须知"), blank=True, help_text=_("每行一条。"))
    notice_en = models.TextField(_("来访须知（英文）"), blank=True, help_text=_("每行一条。"))
    booking_closes_workdays_before = models.PositiveSmallIntegerField(
        _("预约截止于接访日前几个工作日"), default=1, validators=[MaxValueValidator(10)]
    )
    booking_closes_at = models.TimeField(_("预约截止时刻"), default=time(17))
    books_online = models.BooleanField(_("开放网上预约"), default=True)
    booking_opens_days_before = models.PositiveSmallIntegerField(
        _("提前几日开放预约"), default=60, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    booking_notice_hours = models.PositiveSmallIntegerField(
        _("最迟在接访开始前几小时预约"), default=2, validators=[MaxValueValidator(240)]
    )
    identity_number = models.CharField(
        _("预约时的证件号码"), max_length=10, choices=IdentityNumber.choices, default=IdentityNumber.OPTIONAL
    )
    # Kept by the database (migration 0008_edition): what a page that shows every county needs, and when it changed.
    edition = models.BigIntegerField(default=1, editable=False)
    latest_release = models.PositiveIntegerField(null=True, editable=False)
    published_days = models.JSONField(default=list, editable=False)
    publish_days_ahead = models.PositiveSmallIntegerField(_("至少提前几日公布"), default=2, validators=[MaxValueValidator(60)])
    embed_hosts = models.CharField(
        _("可嵌入接访安排的网站"),
        max_length=500,
        default="*",
        blank=True,
        validators=[check_embed_hosts],
        help_text=_("* 表示任何网站；也可写用空格分隔的网址，例如 https://www.example.gov.cn；留空则不能嵌入。"),
    )
    substitutes_escalate_days_before = models.PositiveSmallIntegerField(
        _("替代未落实时，提前几日提请联席会议办公室协调"), default=2, validators=[MaxValueValidator(30)]
    )
    tell_leaders_days_before = models.PositiveSmallIntegerField(
        _("提前几日请领导确认"), default=5, validators=[MaxValueValidator(60)]
    )
    tell_bureau_days_before = models.PositiveSmallIntegerField(
        _("领导未答复，提前几日提醒信访部门"), default=3, validators=[MaxValueValidator(60)]
    )
    tell_office_days_before = models.PositiveSmallIntegerField(
        _("领导仍未答复，提前几日提醒两办"), default=1, validators=[MaxValueValidator(60)]
    )
    tell_departments_days_before = models.PositiveSmallIntegerField(
        _("最迟提前几日告知陪同部门"), default=2, validators=[MaxValueValidator(60)]
    )
    remind_half_way = models.BooleanField(_("期限过半时提醒承办人"), default=True)
    remind_days_before = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(60)]),
        verbose_name=_("期限届满前几日提醒承办人"),
        default=days_before_a_limit,
        blank=True,
        size=8,
        help_text=_("用逗号分隔，例如 7,3,1,0；0 是届满当日。遇休息日提前到上一个工作日。"),
    )
    remind_head_days_after = models.PositiveSmallIntegerField(
        _("超期几日报承办单位负责人"), default=1, null=True, blank=True, validators=BETWEEN_1_AND_60
    )
    remind_chief_days_after = models.PositiveSmallIntegerField(
        _("超期几日报信访局局长"), default=3, null=True, blank=True, validators=BETWEEN_1_AND_60
    )
    remind_leader_days_after = models.PositiveSmallIntegerField(
        _("超期几日报批示领导"), default=7, null=True, blank=True, validators=BETWEEN_1_AND_60
    )
    remind_joint_days_after = models.PositiveSmallIntegerField(
        _("超期几日报联席会议办公室"), default=15, null=True, blank=True, validators=BETWEEN_1_AND_60
    )
    remind_visitors_days_before = ArrayField(
        models.PositiveSmallIntegerField(validators=BETWEEN_1_AND_60),
        verbose_name=_("接访日前几日短信提醒来访人"),
        default=days_before_a_visit,
        blank=True,
        size=4,
        help_text=_("用逗号分隔，例如 3,1；留空则不提醒。"),
    )
    office_opens_at = models.TimeField(_("上班时刻"), default=time(9), help_text=_("提醒在工作日的上班时间内发出。"))
    office_closes_at = models.TimeField(_("下班时刻"), default=time(17, 30))
    case_retention_years = models.PositiveSmallIntegerField(
        _("事项办结后保存几年"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("期满归档，并永久销毁信访人的身份信息和材料。条例没有规定年限，请按本地档案保管期限核定。"),
    )

    objects = CountyQuerySet.as_manager()

    class Meta:
        verbose_name = ngettext_lazy("县（市、区）", "县（市、区）", 1)
        verbose_name_plural = ngettext_lazy("县（市、区）", "县（市、区）", 2)
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(nominal_day__range=(1, 31)), name="county_nominal_day"),
            models.CheckConstraint(condition=models.Q(case_retention_years__range=(1, 100)), name="county_keeps_for_a_time"),
            models.CheckConstraint(
                condition=models.Q(tell_leaders_days_before__gte=models.F("tell_bureau_days_before"))
                & models.Q(tell_bureau_days_before__gte=models.F("tell_office_days_before")),
                name="county_asks_before_it_reminds",
                violation_error_message=_("请领导确认须早于（或同日）提醒信访部门，提醒信访部门须早于（或同日）提醒两办。"),
            ),
            models.CheckConstraint(
                condition=models.Q(office_opens_at__lt=models.F("office_closes_at")),
                name="county_opens_before_it_closes",
                violation_error_message=_("上班时刻须早于下班时刻。"),
            ),
            models.CheckConstraint(condition=models.Q(code__regex=r"^\d{6}$"), name="county_code"),
            models.CheckConstraint(condition=~models.Q(slug__in=sorted(RESERVED_SLUGS)), name="county_slug_free"),
        ]

    def __str__(self) -> str:
        return language.named(self)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def office(self) -> Office:
        """When the county's offices are open."""
        return Office(self.office_opens_at, self.office_closes_at, self.zone)

    @property
    def ladder(self) -> Ladder:
        """Who is reminded of a limit, and when."""
        steps = (
            (Audience.HEAD, self.remind_head_days_after),
            (Audience.CHIEF, self.remind_chief_days_after),
            (Audience.LEADER, self.remind_leader_days_after),
            (Audience.JOINT, self.remind_joint_days_after),
        )
        after = tuple((audience, days) for audience, days in steps if days)
        return Ladder(self.remind_half_way, tuple(sorted(set(self.remind_days_before), reverse=True)), after)

    def next_day(self, *, on: date) -> date | None:
        """The first published reception day not before `on` that is not cancelled."""
        return next((day for day in map(date.fromisoformat, self.published_days) if day >= on), None)


class ScopedManager(models.Manager):
    """Rows of the county in scope. Raises `scope.Unscoped` where no county is: a forgotten scope is a loud defect, not a leak."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(county_id=scope.current())


class Scoped(models.Model):
    """A table that belongs to a county. The county is taken from the scope, never from a form."""

    county = models.ForeignKey(
        County, verbose_name=_("县（市、区）"), on_delete=models.PROTECT, default=scope.current, editable=False, related_name="+"
    )

    objects = ScopedManager()

    class Meta:
        abstract = True
        # Saving, refreshing and following a foreign key go through the same wall as queries.
        base_manager_name = "objects"
