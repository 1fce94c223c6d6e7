"""People and their places: accounts, roles, departments, posts, leaders and the tenures that join the last two."""

from datetime import date
from functools import cache
from typing import Any, ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception import language
from reception.models.counties import County, Scoped, ScopedManager
from reception.roles import LABELS, SEPARATED, UNIT_ROLES, Role, opens_staff_site

# These accounts can sign in while settings.DEMO is true and never otherwise.
DEMO_PREFIX = "demo-"


class Days(Func):
    """The half-open range of days from `starts_on` to `ends_on` (open when null)."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self) -> None:
        super().__init__("starts_on", "ends_on", RangeBoundary())


def no_overlap(name: str, *same: str, **kwargs: Any) -> ExclusionConstraint:
    """A constraint: two rows that agree in the fields `same` never share a day."""
    return ExclusionConstraint(
        name=name, expressions=[*((field, RangeOperators.EQUAL) for field in same), (Days(), RangeOperators.OVERLAPS)], **kwargs
    )


def runs_forward(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name=name)


class PeriodQuerySet(models.QuerySet):
    """Rows with `starts_on` (inclusive) and `ends_on` (exclusive, null while it lasts)."""

    def on(self, day: date) -> "PeriodQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)

    def between(self, starts_on: date, ends_on: date) -> "PeriodQuerySet":
        """Rows that share a day with [starts_on, ends_on)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on), starts_on__lt=ends_on)


PeriodManager = ScopedManager.from_queryset(PeriodQuerySet)


class UserManager(BaseUserManager["User"]):
    def system(self) -> "User":
        """The one user in whose name the machine acts: a row that never changes, so each process asks for it once."""
        return _system()


@cache
def _system() -> "User":
    return User.objects.get(username="system", county=None)


class User(AbstractBaseUser):
    """An account. It belongs to one county; only the machine's own account belongs to none."""

    county = models.ForeignKey(
        County, verbose_name=_("县（市、区）"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("电子邮件"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    # News within the portal is gathered into a letter, unless the person has turned that off.
    wants_letters = models.BooleanField(_("接收提醒邮件"), default=True)
    created_at = models.DateTimeField(_("创建时间"))
    # Since when it is the password; null for one of before this was kept. One that somebody else gave is for signing in once.
    password_since = models.DateTimeField(null=True, editable=False)
    password_is_given = models.BooleanField(default=False, editable=False)
    # How often all sessions of this person were ended at once: part of what a session is checked against at each request.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    # Django's admin asks for it. Nobody is above the table of roles.
    is_superuser = False
    # The roles held today, told by the edge that loaded the account; nobody holds any until told.
    held: frozenset[Role] = frozenset()
    # Whether a second factor is set up, told by the edge that loaded the account.
    has_second_factor: bool = False

    objects = UserManager()

    class Meta:
        verbose_name = ngettext_lazy("账号", "账号", 1)
        verbose_name_plural = ngettext_lazy("账号", "账号", 2)
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(county__isnull=False) | Q(username="system", is_active=False), name="user_without_county_is_the_system"
            )
        ]

    def __str__(self) -> str:
        return str(LABELS[Role.SYSTEM]) if self.is_system else self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def is_system(self) -> bool:
        return self.county_id is None and self.username == "system"

    @property
    def is_staff(self) -> bool:
        """Whether the staff site is open to this person at all."""
        return self.is_active and opens_staff_site(self.held)

    @property
    def is_demo(self) -> bool:
        """Whether this is one of the demo county's accounts, whose password is known to all."""
        return self.username.startswith(DEMO_PREFIX)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Also called with the old keys of SECRET_KEY_FALLBACKS.
        said = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("reception.User.session", said, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return any(backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm"))

    def has_perms(self, perms: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, label: str) -> bool:
        return self.is_staff

    def roles(self, *, on: date) -> frozenset[Role]:
        """The roles this person holds on a day, in the county in scope."""
        if self.is_system:
            return frozenset({Role.SYSTEM})
        if not self.is_active:
            return frozenset()
        return frozenset(Role(role) for role in RoleGrant.objects.filter(user=self).on(on).values_list("role", flat=True))


class DepartmentKind(models.TextChoices):
    BUREAU = "bureau", _("信访部门")
    PARTY_OFFICE = "party_office", _("县委办公室")
    GOVERNMENT_OFFICE = "government_office", _("县政府办公室")
    JOINT_MEETING = "joint_meeting", _("联席会议办公室")
    DEPARTMENT = "department", _("部门")
    TOWNSHIP = "township", _("乡镇（街道）")


class Department(Scoped):
    """A department or township of the county: it attends, is responsible, or endorses."""

    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=DepartmentKind.choices, default=DepartmentKind.DEPARTMENT)
    superior = models.ForeignKey(
        "self", verbose_name=_("上级"), on_delete=models.PROTECT, null=True, blank=True, related_name="units"
    )
    phone = models.CharField(_("电话"), max_length=40, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("部门、乡镇", "部门、乡镇", 1)
        verbose_name_plural = ngettext_lazy("部门、乡镇", "部门、乡镇", 2)
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["county", "code"], name="department_code")]

    def __str__(self) -> str:
        return language.named(self)


class Place(Scoped):
    """Where citizens are received."""

    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    address = models.CharField(_("地址"), max_length=160, blank=True)
    address_en = models.CharField(_("英文地址"), max_length=240, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("接访地点", "接访地点", 1)
        verbose_name_plural = ngettext_lazy("接访地点", "接访地点", 2)
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["county", "code"], name="place_code")]

    def __str__(self) -> str:
        return language.named(self)


class Side(models.TextChoices):
    PARTY = "party", _("党委")
    GOVERNMENT = "government", _("政府")


class Post(Scoped):
    """A post whose holder receives citizens. Its side says which office agrees to a substitute."""

    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("职务"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    side = models.CharField(_("序列"), max_length=20, choices=Side.choices)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("职务", "职务", 1)
        verbose_name_plural = ngettext_lazy("职务", "职务", 2)
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["county", "code"], name="post_code")]

    def __str__(self) -> str:
        return language.named(self)


class Leader(Scoped):
    """A person who holds, held or will hold a post."""

    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("姓名"), max_length=60)
    name_en = models.CharField(_("英文姓名"), max_length=120, blank=True)
    user = models.OneToOneField(
        User, verbose_name=_("账号"), on_delete=models.PROTECT, null=True, blank=True, related_name="leader"
    )

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("领导", "领导", 1)
        verbose_name_plural = ngettext_lazy("领导", "领导", 2)
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["county", "code"], name="leader_code")]

    def __str__(self) -> str:
        return language.named(self)


class Tenure(Scoped):
    """A leader holds a post from `starts_on` to the day before `ends_on`, and is in charge of the portfolio meanwhile."""

    post = models.ForeignKey(Post, verbose_name=_("职务"), on_delete=models.PROTECT, related_name="tenures")
    leader = models.ForeignKey(Leader, verbose_name=_("领导"), on_delete=models.PROTECT, related_name="tenures")
    portfolio = models.CharField(_("分管工作"), max_length=300, blank=True)
    portfolio_en = models.CharField(_("分管工作（英文）"), max_length=600, blank=True)
    starts_on = models.DateField(_("任职自"))
    ends_on = models.DateField(_("任职至（不含）"), null=True, blank=True)

    objects: ClassVar[Any] = PeriodManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("任职", "任职", 1)
        verbose_name_plural = ngettext_lazy("任职", "任职", 2)
        ordering = ["post", "starts_on"]
        constraints = [
            runs_forward("tenure_runs_forward"),
            no_overlap(
                "tenure_one_holder",
                "post",
                violation_error_message=_("该职务在这段时间内已有任职者，请先填写前任的离任日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader} · {self.post}"


class GrantQuerySet(PeriodQuerySet):
    def units_of(self, user: User, *, on: date) -> models.QuerySet:
        """Ids of the units that a person works for on a day; as they are, or inside another query."""
        grants = self.on(on).filter(user=user, role__in=UNIT_ROLES, department__isnull=False)
        return grants.order_by().values_list("department", flat=True)


GrantManager = ScopedManager.from_queryset(GrantQuerySet)


class RoleGrant(Scoped):
    """A person holds a role from `starts_on` to the day before `ends_on`."""

    user = models.ForeignKey(User, verbose_name=_("账号"), on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(
        _("角色"), max_length=20, choices=[(role.value, LABELS[role]) for role in Role if role is not Role.SYSTEM]
    )
    department = models.ForeignKey(Department, verbose_name=_("所在单位"), on_delete=models.PROTECT, null=True, blank=True)
    leader = models.ForeignKey(
        Leader, verbose_name=_("服务的领导"), on_delete=models.PROTECT, null=True, blank=True, related_name="secretaries"
    )
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至（不含）"), null=True, blank=True)

    objects: ClassVar[Any] = GrantManager()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("角色授予", "角色授予", 1)
        verbose_name_plural = ngettext_lazy("角色授予", "角色授予", 2)
        ordering = ["user", "role"]
        constraints = [
            runs_forward("grant_runs_forward"),
            no_overlap(
                "grant_once",
                "user",
                "role",
                condition=~Q(role=Role.SECRETARY.value),
                violation_error_message=_("此人在这段时间内已有这个角色。"),
            ),
            no_overlap(
                "grant_secretary_once",
                "user",
                "leader",
                condition=Q(role=Role.SECRETARY.value),
                violation_error_message=_("此人在这段时间内已是这位领导的秘书。"),
            ),
            models.CheckConstraint(
                condition=Q(role=Role.SECRETARY.value, leader__isnull=False)
                | (~Q(role=Role.SECRETARY.value) & Q(leader__isnull=True)),
                name="grant_leader_for_secretary",
                violation_error_message=_("秘书须填写服务的领导，其他角色不填。"),
            ),
            no_overlap(
                "grant_separated",
                "user",
                condition=Q(role__in=[role.value for role in SEPARATED]),
                violation_error_message=_("审计员、安全管理员、系统管理员三者不能由一人兼任。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
