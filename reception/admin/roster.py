"""Rotations, absences, the calendar, and the days and sittings of the roster."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception import words
from reception.actions import absences, days, substitutions
from reception.admin.base import PortalModelAdmin, ReadOnly, signed_in
from reception.errors import Refused
from reception.forms.base import PortalForm
from reception.models import (
    Absence,
    Answer,
    CalendarChange,
    CalendarRow,
    DayState,
    ReceptionDay,
    Release,
    Rotation,
    Seat,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    YearConfirmation,
)
from reception.models.days import DayKind


def over(path: str = "") -> Prefetch:
    """Whoever stands in for a sitting's leader, as its `over`: one row, or none."""
    rows = Substitution.objects.filter(state=SubstitutionState.IN_FORCE).select_related("leader", "post")
    return Prefetch(f"{path}substitutions", queryset=rows, to_attr="over")


def _receiving(sitting: Any, planned: str) -> str:
    """Who really receives, and who was planned; the words for the plan where it holds."""
    for row in sitting.over:
        return _("%(leader)s（原定%(planned)s）") % {"leader": row.leader, "planned": sitting.leader}
    return planned


class SittingChoice(ModelChoiceField):
    """A sitting to choose, named by its day and by who really receives."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.day.day} {_receiving(obj, '')}" if obj.over else str(obj)


class SeatInline(admin.TabularInline):
    model = Seat
    form = PortalForm
    fields = ("position", "post")
    extra = 1


@admin.register(Rotation)
class RotationAdmin(PortalModelAdmin):
    list_display = ("code", "named", "place", "starts", "ends", "capacity")
    list_select_related = ("place",)
    fields = ("code", "name", "name_en", "position", "place", "starts", "ends", "capacity")
    inlines = (SeatInline,)


@admin.register(Absence)
class AbsenceAdmin(PortalModelAdmin):
    list_display = ("leader", "starts_on", "until", "kind", "recorded_by", "acting_for")
    list_filter = ("kind", "leader")
    list_select_related = ("leader", "recorded_by")
    date_hierarchy = "starts_on"
    fields = ("leader", "starts_on", "ends_on", "kind", "note")

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        user, county = signed_in(request)
        who: dict[str, Any] = {"county": county, "by": user, "at": timezone.now()}
        typed = {name: getattr(obj, name) for name in ("starts_on", "ends_on", "kind", "note")}
        if change:
            _row, made = absences.change(absence=obj, **typed, **who)
        else:
            row, made = absences.record(leader=obj.leader, **typed, **who)
            obj.pk = row.pk
        for opened in made:
            words = _("%(day)s 已公布由这位领导接访，已为该场次发起替代。") % {"day": opened.sitting.day}
            messages.warning(request, words)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("leader",) if obj else ()

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return HttpResponseRedirect(reverse("admin:reception_absence_change", args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        user, county = signed_in(request)
        absences.remove(absence=obj, county=county, by=user, at=timezone.now())


@admin.register(Answer)
class AnswerAdmin(ReadOnly):
    """Who was asked and what they said; each answer has a page of its own, where the bureau writes down what it was told."""

    list_display = ("day", "leader", "state", "way", "answered_by", "acting_for", "told_at")
    list_filter = ("state", "way", "leader")
    list_select_related = ("leader", "answered_by")
    date_hierarchy = "day"

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:answer", args=[object_id]))


@admin.register(CalendarChange)
class CalendarChangeAdmin(ReadOnly):
    list_display = ("cited", "state", "confirms", "proposed_by", "proposed_at", "approved_by", "approved_at")
    list_filter = ("state",)
    list_select_related = ("proposed_by", "approved_by")

    @admin.display(description=gettext_lazy("依据文件"))
    def cited(self, change: CalendarChange) -> str:
        return change.cited

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A change has a page of its own, with what it moves and what can be done next."""
        return HttpResponseRedirect(reverse("admin:calendar_change", args=[object_id]))


@admin.register(CalendarRow)
class CalendarRowAdmin(ReadOnly):
    """Every row that ever was; rows come and go by a change proposed on the calendar's page."""

    list_display = ("day", "works", "name", "level", "document", "document_number", "proposed", "withdrawn_at")
    list_filter = ("level", "works", "proposed")
    date_hierarchy = "day"
    fields = ("day", "works", "name", "name_en", "document", "document_number", "source", "level")


@admin.register(YearConfirmation)
class YearConfirmationAdmin(ReadOnly):
    list_display = ("year", "document", "confirmed_by", "confirmed_at")
    list_select_related = ("confirmed_by",)
    fields = ("year", "document")


class SittingInline(admin.TabularInline):
    """The sittings of a day that is still planned. Who receives on a monthly day follows from the queue and is not typed."""

    model = Sitting
    form = PortalForm
    fields = ("post", "leader", "portfolio", "portfolio_en", "place", "starts", "ends", "capacity")
    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("post", "leader", "portfolio", "portfolio_en") if obj and obj.kind == DayKind.MONTHLY else ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool((obj is None or obj.kind == DayKind.EXTRA) and _still_planned(obj) and super().has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(_still_planned(obj) and super().has_change_permission(request, obj))


def _still_planned(day: Any) -> bool:
    return day is None or day.state == DayState.PLANNED


@admin.register(ReceptionDay)
class ReceptionDayAdmin(PortalModelAdmin):
    list_display = ("day", "kind", "status", "state", "who", "more")
    list_filter = ("state", "status", "kind")
    ordering = ("-day",)
    date_hierarchy = "day"
    inlines = (SittingInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReceptionDay]:
        return super().get_queryset(request).prefetch_related("sittings__leader", over("sittings__"))

    @admin.display(description=gettext_lazy("接访领导"))
    def who(self, day: ReceptionDay) -> str:
        return _("、").join(_receiving(sitting, str(sitting.leader)) for sitting in day.sittings.all())

    @admin.display(description=gettext_lazy("陪同部门与备注"))
    def more(self, day: ReceptionDay) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:day", args=[day.pk]), _("陪同部门与备注"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        titles = ("title", "title_en")
        return ("day", *titles) if obj is None else ("day", "of_month", "kind", "status", "state", *titles)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("day", "of_month", "kind", "status", "state")

    @admin.display(description=gettext_lazy("所属月份"))
    def of_month(self, day: ReceptionDay) -> str:
        return words.month_name(day.month) if day.month else "—"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(_still_planned(obj) and super().has_change_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        user, county = signed_in(request)
        if change:
            super().save_model(request, obj, form, change)
        else:
            days.add_extra(day=obj, county=county, by=user, at=timezone.now())


@admin.register(Substitution)
class SubstitutionAdmin(PortalModelAdmin):
    """A substitution is asked for here; every further step is on its own page."""

    list_display = ("sitting", "leader", "reason", "state", "requested_at")
    list_filter = ("state", "reason")
    list_select_related = ("sitting__day", "sitting__leader", "leader")
    fields = ("sitting", "reason")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "sitting":
            today = timezone.localdate(timezone=signed_in(request)[1].zone)
            coming = Sitting.objects.filter(state=SittingState.PUBLISHED, day__day__gte=today).select_related("day", "leader")
            kwargs["queryset"] = coming.prefetch_related(over()).order_by("day__day")
            kwargs["form_class"] = SittingChoice
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        user, county = signed_in(request)
        obj.pk = substitutions.request(sitting=obj.sitting, reason=obj.reason, county=county, by=user, at=timezone.now()).pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:substitution", args=[obj.pk]))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:substitution", args=[object_id]))


@admin.register(Release)
class ReleaseAdmin(ReadOnly):
    list_display = ("__str__", "state", "note", "drafted_by", "approved_by", "published_at")
    list_filter = ("state",)
    list_select_related = ("drafted_by", "approved_by")
    fields = ("number", "state", "note", "hash")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A release has a page of its own, with its difference and what can be done next."""
        return HttpResponseRedirect(reverse("admin:release", args=[object_id]))
