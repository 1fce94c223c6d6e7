"""What the clock asks for. A task finds what is due and calls one action; it carries nothing but ids."""

from celery import shared_task
from django.utils import timezone

from reception import mail
from reception.models import County


@shared_task(ignore_result=True)
def send_messages() -> None:
    """Send what is due from every county's outbox."""
    for county in County.objects.all():
        mail.send_due(county, now=timezone.now)
