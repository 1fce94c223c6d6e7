"""The county, its people and places, and their accounts."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet, TimeField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reception import account_letters, words
from reception.actions import accounts
from reception.admin.base import HalfOpen, PortalModelAdmin, signed_in
from reception.admin.lists import Listed
from reception.forms.accounts import UserForm
from reception.forms.base import HourInput, PortalForm
from reception.forms.county import CountyForm
from reception.models import County, Department, Leader, Place, Post, RoleGrant, Tenure, User

# Rights follow from roles, which are code: there are no groups to edit.
admin.site.unregister(Group)
# Nobody reads another's second factors or the addresses of the sign-in library, sealed or not.
for library in (Authenticator, EmailAddress):
    admin.site.unregister(library)


@admin.register(County)
class CountyAdmin(PortalModelAdmin):
    form = CountyForm
    change_form_template = "admin/county_change.html"
    # The county's own hours: nothing to convert, and no shortcut to "now" in the browser's zone.
    formfield_overrides: ClassVar[dict[Any, Any]] = {TimeField: {"widget": HourInput}}
    list_display = ("named", "code", "phone")
    fieldsets = (
        (None, {"fields": ("name", "name_en", "slug", "code", "nominal_day")}),
        (_("信访部门"), {"fields": ("bureau", "bureau_en", "address", "address_en", "phone", "supervision_phone")}),
        (_("复查复核机关"), {"fields": ("government", "upper_government")}),
        (_("公告内容"), {"fields": ("scope", "scope_en", "booking", "booking_en", "notice", "notice_en")}),
        (
            _("预约"),
            {
                "fields": (
                    "books_online",
                    "booking_opens_days_before",
                    "booking_closes_workdays_before",
                    "booking_closes_at",
                    "booking_notice_hours",
                    "identity_number",
                )
            },
        ),
        (
            _("期限"),
            {
                "fields": (
                    "publish_days_ahead",
                    "substitutes_escalate_days_before",
                )
            },
        ),
        (_("档案保存"), {"fields": ("case_retention_years",)}),
        (_("嵌入其他网站"), {"fields": ("embed_hosts",)}),
        (
            _("告知与提醒"),
            {
                "fields": (
                    "tell_leaders_days_before",
                    "tell_bureau_days_before",
                    "tell_office_days_before",
                    "tell_departments_days_before",
                )
            },
        ),
        (
            _("期限提醒"),
            {
                "description": _("谁在什么时候收到办理期限的提醒；天数留空的一级不提醒。保存前可以在本页下方试算。"),
                "fields": (
                    "remind_half_way",
                    "remind_days_before",
                    "remind_head_days_after",
                    "remind_chief_days_after",
                    "remind_leader_days_after",
                    "remind_joint_days_after",
                    "remind_visitors_days_before",
                    ("office_opens_at", "office_closes_at"),
                ),
            },
        ),
    )
    readonly_fields = ("slug", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[County]:
        return super().get_queryset(request).filter(pk=signed_in(request)[1].pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Department)
class DepartmentAdmin(Listed, PortalModelAdmin):
    list_display = ("code", "named", "kind", "superior", "phone")
    list_select_related = ("superior",)
    list_filter = ("kind",)
    search_fields = ("code", "name", "name_en")
    fields = ("code", "name", "name_en", "kind", "superior", "phone")


@admin.register(Place)
class PlaceAdmin(PortalModelAdmin):
    list_display = ("code", "named", "address_said")
    fields = ("code", "name", "name_en", "address", "address_en")

    @admin.display(description=_("地址"), ordering="address")
    def address_said(self, place: Place) -> str:
        return words.said({"zh": place.address, "en": place.address_en})


class TenureInline(HalfOpen, admin.TabularInline):
    model = Tenure
    form = PortalForm
    fields = ("leader", "portfolio", "portfolio_en", "starts_on", "ends_on")
    extra = 0
    can_delete = False


@admin.register(Post)
class PostAdmin(PortalModelAdmin):
    list_display = ("code", "named", "side", "position")
    list_filter = ("side",)
    search_fields = ("code", "name", "name_en")
    fields = ("code", "name", "name_en", "side", "position")
    inlines = (TenureInline,)


@admin.register(Leader)
class LeaderAdmin(Listed, PortalModelAdmin):
    list_display = ("code", "name", "name_en")
    search_fields = ("code", "name", "name_en")
    fields = ("code", "name", "name_en")


@admin.register(Tenure)
class TenureAdmin(PortalModelAdmin):
    list_display = ("post", "leader", "charge", "starts_on", "until")
    list_filter = ("post",)
    list_select_related = ("post", "leader")
    fields = ("post", "leader", "portfolio", "portfolio_en", "starts_on", "ends_on")

    @admin.display(description=_("分管工作"), ordering="portfolio")
    def charge(self, tenure: Tenure) -> str:
        return words.said({"zh": tenure.portfolio, "en": tenure.portfolio_en})


class GrantInline(HalfOpen, admin.TabularInline):
    model = RoleGrant
    form = PortalForm
    fk_name = "user"
    fields = ("role", "department", "leader", "starts_on", "ends_on")
    extra = 0
    can_delete = False


@admin.register(User)
class UserAdmin(PortalModelAdmin):
    list_display = ("username", "name", "email", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "name")
    form = UserForm
    fields = ("username", "name", "email", "is_active")
    inlines = (GrantInline,)
    change_form_template = "admin/user_change.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        # The system's own account is visible to every county and edited by none.
        return super().get_queryset(request).filter(county=signed_in(request)[1])

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        user, county = signed_in(request)
        accounts.save(person=obj, changed=form.changed_data, county=county, by=user, at=timezone.now())
        before = form.initial.get("email")
        if change and before and "email" in form.changed_data:
            account_letters.changed(
                obj, gettext("安全管理员更改了您账号上的电子邮件地址，今后的邮件寄到新地址。"), request, email=before
            )

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """A new account has no password yet: the page that gives it a way in comes next."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, gettext("账号已建立，还没有密码。请选择怎样让本人登录。"))
        return HttpResponseRedirect(reverse("admin:account", args=[obj.pk]))
