"""What the clock asks for. A task finds what is due and calls one action; it carries nothing but ids."""

from celery import shared_task
from django.utils import timezone

from reception import mail
from reception.actions import sweeps
from reception.models import County, User


@shared_task(ignore_result=True)
def send_messages() -> None:
    """Send what is due from every county's outbox."""
    for county in County.objects.all():
        mail.send_due(county, now=timezone.now)


@shared_task(ignore_result=True)
def ask_and_escalate() -> None:
    """In every county: ask the leaders who receive soon, tell on those who stay silent, tell the departments that attend."""
    for county in County.objects.all():
        sweeps.remind(county=county, by=User.objects.system(), at=timezone.now())
