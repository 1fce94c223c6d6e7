"""What the clock asks for. A task finds what is due and calls one action; it carries nothing but ids."""

from celery import shared_task
from django.utils import timezone

from reception import rounds, scope, sessions
from reception.actions import decrees, drafts, substitution_sweeps, sweeps, uploads
from reception.models import County, User


@shared_task(ignore_result=True)
def send_messages() -> None:
    """Put into every county's outbox what should be there by now, and send what is due."""
    rounds.once()


@shared_task(ignore_result=True)
def settle_and_escalate() -> None:
    """End the substitutions whose day is over, and tell the joint meeting's office of those that are late."""
    at = timezone.now()
    for county in County.objects.all():
        with scope.county(county):
            system = User.objects.system()
            substitution_sweeps.lapse_due(county=county, by=system, at=at)
            substitution_sweeps.escalate_due(county=county, by=system, at=at)


@shared_task(ignore_result=True)
def ask_for_decrees() -> None:
    """Ask every county whose next year is not confirmed for the year's notice."""
    at = timezone.now()
    for county in County.objects.all():
        decrees.ask(county=county, at=at)


@shared_task(ignore_result=True)
def ask_and_escalate() -> None:
    """In every county: ask the leaders who receive soon, tell on those who stay silent, tell the departments that attend."""
    for county in County.objects.all():
        sweeps.remind(county=county, by=User.objects.system(), at=timezone.now())


@shared_task(ignore_result=True)
def forget_drafts() -> None:
    """In every county: forget the booking forms that were not finished in time, and files that belong to nothing; and sessions that are over."""
    at = timezone.now()
    sessions.forget(at=at)
    for county in County.objects.all():
        with scope.county(county):
            drafts.sweep(county=county, by=User.objects.system(), at=at)
            uploads.sweep(county=county, at=at)
