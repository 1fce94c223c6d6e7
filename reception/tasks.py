"""What the clock asks for. A task finds what is due and calls one action; it carries nothing but ids."""

from celery import shared_task
from django.utils import timezone

from reception import mail
from reception.actions import decrees
from reception.models import County


@shared_task(ignore_result=True)
def send_messages() -> None:
    """Send what is due from every county's outbox."""
    for county in County.objects.all():
        mail.send_due(county, now=timezone.now)


@shared_task(ignore_result=True)
def ask_for_decrees() -> None:
    """Ask every county whose next year is not confirmed for the year's notice."""
    at = timezone.now()
    for county in County.objects.all():
        decrees.ask(county=county, at=at)
