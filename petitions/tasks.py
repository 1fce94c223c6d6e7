"""What the clock asks for. A task finds what is due and calls one action; it carries nothing but ids."""

from celery import shared_task
from django.utils import timezone

from petitions.actions import briefings, closing, exports, indexing, retention
from reception import scope
from reception.models import County, User


@shared_task(ignore_result=True)
def tell_of_briefings() -> None:
    """In every county: tell the leaders who receive tomorrow that their briefing is ready."""
    for county in County.objects.all():
        briefings.tell_due(county=county, by=User.objects.system(), at=timezone.now())


# So many open texts of a month are read through by each search; then the month's lists are made anew.
OPEN_TEXTS = 200


@shared_task(ignore_result=True)
def index_cases() -> None:
    """In every county: put new texts into the lists that searches use, where there are many."""
    for county in County.objects.all():
        with scope.county(county):
            indexing.index(most=OPEN_TEXTS)


@shared_task(ignore_result=True)
def index_every_case() -> None:
    """In every county, at night: put every new text into the lists that searches use."""
    for county in County.objects.all():
        with scope.county(county):
            indexing.index()


@shared_task(ignore_result=True)
def keep_no_longer() -> None:
    """In every county, at night: archive what is over its years, and destroy who the people were."""
    for county in County.objects.all():
        retention.run(county=county, by=User.objects.system(), at=timezone.now())


@shared_task(ignore_result=True)
def propose_closing() -> None:
    """In every county: propose to close what was delivered and nobody asked to review in time. Again does nothing more."""
    at = timezone.now()
    for county in County.objects.all():
        with scope.county(county):
            closing.propose_due(county=county, by=User.objects.system(), at=at)


@shared_task(ignore_result=True)
def make_exports() -> None:
    """In every county: make the files that staff wait for, and delete those whose time is over."""
    at = timezone.now()
    for county in County.objects.all():
        exports.make_due(county=county, at=at)
        with scope.county(county):
            exports.expire(county=county, by=User.objects.system(), at=at)
