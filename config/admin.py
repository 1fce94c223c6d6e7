"""The staff's site: Django's admin, open to whoever holds a role today, and always inside their own county."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.views import logout as account_logout
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reception import scope
from reception.models import User
from reception.views import arrival
from reception.views.accounts import leaving, through_the_door


class PortalAdminSite(AdminSite):
    """Every page runs, and is rendered, within the county of the person signed in."""

    site_title = _("领导接访日")
    site_header = _("领导接访日 · 工作台")
    index_title = _("工作台")
    index_template = "admin/portal_index.html"
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:  # type: ignore[override]
        # Django lets browsers keep two of its pages; one of them names who has signed in.
        inner = super().admin_view(view)

        @wraps(inner)
        def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not isinstance(request.user, User) or request.user.county is None:
                return inner(request, *args, **kwargs)
            if not self.has_permission(request):
                return arrival.closed(request)
            with scope.county(request.user.county), timezone.override(request.user.county.zone):
                response = inner(request, *args, **kwargs)
                # A template that is rendered later would ask for rows outside the county.
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return scoped

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The site one goes to from here is in the language of the page."""
        return {**super().each_context(request), "site_url": reverse("reception:home")}

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Everyone signs in by the same door; whoever has signed in and finds nothing here is told so."""
        if isinstance(request.user, User):
            return arrival.closed(request)
        following = request.GET.get("next", "")
        return redirect_to_login(following or reverse("admin:index"), reverse("account_login"))

    @login_not_required
    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        return leaving(through_the_door(account_logout))(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from petitions.admin import (  # noqa: PLC0415
            briefing,
            case_documents,
            cases,
            clocks,
            copies,
            disclosures,
            doing,
            exports,
            improvements,
            letters,
            meetings,
            minutes,
            pressed,
            radar,
            reports,
            search,
            unit,
        )
        from reception.admin import (  # noqa: PLC0415  the tables are loaded after this site is
            accounts,
            answer,
            assist,
            attendance,
            booking,
            bookings,
            calendar,
            calls,
            day_paper,
            day_sheet,
            decision,
            early,
            foresee,
            machine,
            outbox,
            outbox_again,
            planner,
            release,
            substitution,
            upload,
        )

        own = [
            path("roster/<int:year>/", self.admin_view(planner.year), name="planner"),
            path("days/<int:pk>/decide/", self.admin_view(decision.decide), name="decide"),
            path("days/<int:pk>/sheet/", self.admin_view(day_sheet.day_sheet), name="day_sheet"),
            path("days/<int:pk>/walk-in/", self.admin_view(day_paper.walk_in), name="walk_in"),
            path("days/<int:pk>/papers/", self.admin_view(day_paper.papers), name="day_papers"),
            path("days/<int:pk>/paper-entry/", self.admin_view(day_paper.paper_entry), name="paper_entry"),
            path("tickets/<int:pk>/", self.admin_view(day_paper.ticket), name="ticket"),
            path("days/<int:pk>/", self.admin_view(attendance.day), name="day"),
            path("answers/<int:pk>/", self.admin_view(answer.answer), name="answer"),
            path("bookings/", self.admin_view(bookings.bookings), name="bookings"),
            path("bookings/new/", self.admin_view(assist.assist), name="assist"),
            path("bookings/matters/", self.admin_view(early.matters), name="matters"),
            path("bookings/on/<str:day>/print/", self.admin_view(bookings.day_print), name="bookings_print"),
            path("bookings/on/<str:day>/list.csv", self.admin_view(bookings.day_csv), name="bookings_csv"),
            path("bookings/<int:pk>/", self.admin_view(booking.booking), name="booking"),
            path("bookings/<int:pk>/answer/", self.admin_view(early.early_answer), name="early_answer"),
            path("bookings/<int:pk>/journal/", self.admin_view(booking.journal_of), name="booking_journal"),
            path("bookings/<int:pk>/slip/", self.admin_view(booking.slip), name="booking_slip"),
            path("calls/", self.admin_view(calls.calls), name="calls"),
            path("settings/reminders/", self.admin_view(foresee.foresee), name="foresee"),
            path("machine/", self.admin_view(machine.standing), name="machine"),
            path("messages/held/", self.admin_view(outbox.held), name="messages_held"),
            path("messages/again/", self.admin_view(outbox_again.confirmed), name="messages_again"),
            path("messages/<int:pk>/", self.admin_view(outbox.message), name="message"),
            path("accounts/<int:pk>/", self.admin_view(accounts.account), name="account"),
            path("substitutions/<int:pk>/", self.admin_view(substitution.substitution), name="substitution"),
            path("roster/release/<int:pk>/", self.admin_view(release.release), name="release"),
            path("sittings/<int:pk>/emergency/", self.admin_view(substitution.emergency_of), name="emergency"),
            path("uploads/<uuid:uid>/", self.admin_view(upload.upload), name="upload"),
            path("calendar/<int:year>/", self.admin_view(calendar.year), name="calendar"),
            path("calendar/<int:year>/propose/", self.admin_view(calendar.propose), name="calendar_propose"),
            path("calendar/changes/<int:pk>/", self.admin_view(calendar.change), name="calendar_change"),
            path("bookings/<int:pk>/minutes/", self.admin_view(minutes.minutes), name="minutes"),
            path("minutes/<int:pk>/correct/", self.admin_view(minutes.correct), name="correct_minutes"),
            path("minutes/<int:pk>/receipt.pdf", self.admin_view(minutes.receipt), name="receipt"),
            path("minutes/<int:pk>/registration.pdf", self.admin_view(minutes.registration), name="registration"),
            path("sittings/<int:pk>/briefing.pdf", self.admin_view(briefing.briefing), name="briefing"),
            path("attendances/<int:pk>/summons.pdf", self.admin_view(attendance.summons), name="summons"),
            path("cases/openings/", self.admin_view(disclosures.disclosures), name="disclosures"),
            path("cases/<int:pk>/copy.zip", self.admin_view(copies.copy), name="case_copy"),
            path("clocks/<int:pk>/", self.admin_view(clocks.clock), name="clock"),
            path("cases/<int:pk>/documents/<uuid:uid>.pdf", self.admin_view(case_documents.document), name="case_document"),
            path("meetings/", self.admin_view(meetings.meetings), name="meetings"),
            path("meetings/new/", self.admin_view(meetings.propose), name="meeting_propose"),
            path("meetings/<int:pk>/", self.admin_view(meetings.meeting), name="meeting"),
            path("improvements/", self.admin_view(improvements.improvements), name="improvements"),
            path("improvements/new/", self.admin_view(improvements.make), name="improvement_make"),
            path("improvements/<int:pk>/", self.admin_view(improvements.improvement), name="improvement"),
            path("search/", self.admin_view(search.search), name="search"),
            path("reports/", self.admin_view(reports.reports), name="reports"),
            path("reports/radar/", self.admin_view(radar.radar), name="radar"),
            path("exports/", self.admin_view(exports.exports), name="exports"),
            path("exports/<uuid:uid>/", self.admin_view(exports.export), name="export"),
            path("supervisions/", self.admin_view(pressed.supervisions), name="supervisions"),
            path("reviews/", self.admin_view(pressed.reviews), name="reviews"),
            path("cases/new/", self.admin_view(letters.new), name="case_new"),
            path("cases/unit/", self.admin_view(unit.cases), name="unit_cases"),
            path("cases/materials/<uuid:uid>/", self.admin_view(letters.material), name="case_material"),
            path("cases/<int:pk>/", self.admin_view(cases.case), name="case"),
            path("cases/<int:pk>/slip/", self.admin_view(letters.slip), name="case_slip"),
            path("cases/<int:pk>/<slug:verb>/", self.admin_view(doing.do), name="case_do"),
        ]
        inherited = super().get_urls()
        for pattern in inherited:
            # Django's own pages name the admin's form for signing in.
            if isinstance(pattern, URLPattern) and hasattr(pattern.callback, "login_url"):
                pattern.callback.login_url = reverse_lazy("account_login")
        return [*own, *inherited]

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from petitions.admin import today as cases_today  # noqa: PLC0415
        from reception.admin import groups, today  # noqa: PLC0415

        steps = [*today.next_steps(request)["steps"], *cases_today.next_steps(request)]
        context = {
            "steps": steps,
            "urgent": [step for step in steps if step.urgent],
            "daily": [step for step in steps if not step.urgent],
            "groups": groups.grouped(self.get_app_list(request)),
        }
        return super().index(request, {**(extra_context or {}), **context})
