"""What every table of the staff's site shares: rows of one's own county, writes through actions, the journal instead of Django's log."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception import texts, words
from reception.actions import records
from reception.admin import history
from reception.errors import Refused
from reception.forms.base import LastDayField, PortalForm
from reception.models import County, Entry, User
from reception.roles import permits, who_may

# As many digits as no id of a row has.
LONGEST_ID = 19
LONGEST_SENTENCE = 1000


def signed_in(request: HttpRequest) -> tuple[User, County]:
    """Who is signed in, and their county; the site lets nobody else in."""
    user = request.user
    assert isinstance(user, User)
    assert user.county is not None
    return user, user.county


class HalfOpen:
    """Shows and takes the last day of a period, included, where the table holds the day after it."""

    @admin.display(description=gettext_lazy("至（含）"), ordering="ends_on")
    def until(self, row: Any) -> date | None:
        """For a list: the last day, included; none where the period goes on."""
        return row.ends_on - timedelta(days=1) if row.ends_on else None

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "ends_on":
            kwargs |= {
                "form_class": LastDayField,
                "label": _("至（含）"),
                "help_text": _("最后一天；仍在继续则留空。") if db_field.null else "",
            }
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            # Each table has its own page: no windows that open beside a form, and nothing that works only with a mouse.
            field.widget = field.widget.widget
        return field


class PortalModelAdmin(HalfOpen, admin.ModelAdmin):
    """A table of the county. What an action refuses comes back as an error on the form, with everything that was typed."""

    form = PortalForm
    actions: Any = None
    list_per_page = 50
    show_full_result_count = True

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> type[ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", "")})

    @admin.display(description=gettext_lazy("名称"), ordering="name")
    def named(self, row: Any) -> str:
        """For a list: the name in the language of the page."""
        return words.named(row)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Headed by what the list holds, which says more than what one may do with it. What no filter can mean is taken away again."""
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            # PostgreSQL knows no NUL, and Django asks it as it is.
            return redirect(request.path)
        return super().changelist_view(request, {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})})

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            # Once more: the form now carries the refusal, so it is shown again as typed.
            request.refusal = refusal.sentence  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        user, county = signed_in(request)
        records.save(row=obj, changed=form.changed_data, county=county, by=user, at=timezone.now())

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: Any, change: bool) -> None:
        user, county = signed_in(request)
        at = timezone.now()
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            records.remove(row=row, county=county, by=user, at=at)
        changed = {id(inline.instance): inline.changed_data for inline in formset.forms}
        for row in rows:
            records.save(row=row, changed=changed[id(row)], county=county, by=user, at=at)
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        user, county = signed_in(request)
        records.remove(row=obj, county=county, by=user, at=timezone.now())

    # Django's own log knows no county; the journal has what was done.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any: ...

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The journal's entries of this row."""
        row = get_object_or_404(self.get_queryset(request), pk=row_id(object_id))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        entries = Entry.objects.filter(object=records.name_of(row)).order_by("-n")[:200]
        names = history.people(entry.actor for entry in entries)
        context = {
            **self.admin_site.each_context(request),
            "title": row,
            "opts": self.opts,
            "original": row,
            "entries": [(entry, names.get(entry.actor, entry.actor)) for entry in entries],
        }
        return render(request, "admin/journal_of.html", context)


class ReadOnly(PortalModelAdmin):
    """A table that is only looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def row_id(given: str) -> int:
    """The id of a row that a form names; nought, which no row has, for what our forms never send."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < LONGEST_ID else 0


def written(request: HttpRequest, name: str) -> str:
    """What was typed into a field that no form of Django's reads, as `texts.clean` keeps it. Raises `Refused` where it is too long."""
    said = texts.clean(request.POST.get(name, ""))
    if len(said) > LONGEST_SENTENCE:
        raise Refused(_("最多 %(most)d 个字，请写短一些。") % {"most": LONGEST_SENTENCE})
    return said


def may(user: User, permission: str) -> None:
    """Refuses whoever holds no role that permits it."""
    if not permits(user.held, permission):
        raise PermissionDenied


def button(user: User, permission: str) -> dict[str, Any]:
    """Whether the button works for this person; where it does not, who it works for."""
    able = permits(user.held, permission)
    return {"may": able, "why": "" if able else _("可以办理的角色：%(roles)s。") % {"roles": who_may(permission)}}
