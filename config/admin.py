"""The staff's site: Django's admin, open to whoever holds a role today, and always inside their own county."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reception import scope
from reception.actions import journal
from reception.models import User


class PortalAdminSite(AdminSite):
    """Every page runs, and is rendered, within the county of the person signed in."""

    site_title = _("领导接访日")
    site_header = _("领导接访日 · 工作台")
    index_title = _("工作台")
    index_template = "admin/portal_index.html"
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:  # type: ignore[override]
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not isinstance(request.user, User) or request.user.county is None:
                return inner(request, *args, **kwargs)
            with scope.county(request.user.county), timezone.override(request.user.county.zone):
                response = inner(request, *args, **kwargs)
                # A template that is rendered later would ask for rows outside the county.
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return scoped

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # Signing in writes down when; the row is found before a county is known.
        with scope.accounts():
            return super().login(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from reception.admin import (  # noqa: PLC0415  the tables are loaded after this site is
            answer,
            attendance,
            calendar,
            decision,
            planner,
            release,
            substitution,
        )

        own = [
            path("roster/<int:year>/", self.admin_view(planner.year), name="planner"),
            path("days/<int:pk>/decide/", self.admin_view(decision.decide), name="decide"),
            path("days/<int:pk>/", self.admin_view(attendance.day), name="day"),
            path("answers/<int:pk>/", self.admin_view(answer.answer), name="answer"),
            path("substitutions/<int:pk>/", self.admin_view(substitution.substitution), name="substitution"),
            path("roster/release/<int:pk>/", self.admin_view(release.release), name="release"),
            path("sittings/<int:pk>/emergency/", self.admin_view(substitution.emergency_of), name="emergency"),
            path("calendar/<int:year>/", self.admin_view(calendar.year), name="calendar"),
            path("calendar/<int:year>/propose/", self.admin_view(calendar.propose), name="calendar_propose"),
            path("calendar/changes/<int:pk>/", self.admin_view(calendar.change), name="calendar_change"),
        ]
        return [*own, *super().get_urls()]

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        response = super().password_change(request, extra_context)
        if response.status_code == HTTPStatus.FOUND and isinstance(request.user, User):
            journal.record(act="user.password", object=f"user {request.user.pk}", by=request.user, at=timezone.now())
        return response

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from reception.admin import today  # noqa: PLC0415

        return super().index(request, {**(extra_context or {}), **today.next_steps(request)})
