"""What the clock asks for. A task finds what is due and calls one action; it carries nothing but ids."""

from celery import shared_task
from django.utils import timezone

from petitions.actions import briefings
from reception.models import County, User


@shared_task(ignore_result=True)
def tell_of_briefings() -> None:
    """In every county: tell the leaders who receive tomorrow that their briefing is ready."""
    for county in County.objects.all():
        briefings.tell_due(county=county, by=User.objects.system(), at=timezone.now())
