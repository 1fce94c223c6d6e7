"""Is the process alive; can it serve. Without a session, without personal data."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reception import clock, machine, pulse


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has every migration (needed: 503 without), and whether the broker answers (not needed)."""
    try:
        migrated = not machine.missing_migrations()
        database = True
    except DatabaseError:
        database = migrated = False
    body = {"ready": database and migrated, "database": database, "migrated": migrated, "broker": machine.broker_answers()}
    return JsonResponse(body, status=200 if body["ready"] else 503)


@login_not_required
@require_safe
@never_cache
def messages(request: HttpRequest) -> JsonResponse:
    """Whether messages go out in time: how long the oldest that is due has waited, and how long nobody has looked. 503 over two minutes."""
    try:
        found = pulse.of_all(at=clock.now())
    except DatabaseError:
        return JsonResponse({"well": False, "database": False}, status=503)
    body = {
        "well": found.is_well,
        "oldest_due_unsent_seconds": round(found.oldest.total_seconds()),
        "silent_seconds": _seconds(found.silent),
        "waiting": found.waiting,
        "to_see_to": found.to_see_to,
        "interrupted": found.interrupted,
        "counties_held": found.held,
    }
    return JsonResponse(body, status=200 if found.is_well else 503)


METRICS = (
    ("reception_day_messages_oldest_due_unsent_seconds", "How long the oldest message that is due has waited."),
    (
        "reception_day_messages_silent_seconds",
        "How long ago the county looked at least recently was swept and sent for; -1 for never.",
    ),
    ("reception_day_messages_waiting", "Messages that are due and not sent."),
    ("reception_day_messages_to_see_to", "Messages that failed or may not have arrived: for a person."),
    ("reception_day_messages_interrupted_total", "Attempts that were cut off in the middle."),
    ("reception_day_messages_counties_held", "Counties whose messages wait for a person, after a leap of the clock or a restore."),
)


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The same numbers for Prometheus, in its text format. Nothing of them names a county or a person."""
    try:
        found = pulse.of_all(at=clock.now())
    except DatabaseError:
        return HttpResponse("# the database is away\n", status=503, content_type="text/plain; charset=utf-8")
    values = (
        round(found.oldest.total_seconds()),
        _seconds(found.silent),
        found.waiting,
        found.to_see_to,
        found.interrupted,
        found.held,
    )
    lines = []
    for (name, help_text), value in zip(METRICS, values, strict=True):
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}", f"{name} {value}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _seconds(silent: timedelta) -> int:
    return -1 if silent == timedelta.max else round(silent.total_seconds())
