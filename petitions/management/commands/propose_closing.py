"""``manage.py propose_closing``: the nightly proposals of every county, once, from the console or a cron job, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from petitions.actions import closing
from reception import scope
from reception.models import County, User


class Command(BaseCommand):
    help = "Propose to close what was delivered and nobody asked to review in time. A person confirms; again does nothing more."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        for county in County.objects.all():
            with scope.county(county):
                made = closing.propose_due(county=county, by=User.objects.system(), at=at)
            self.stdout.write(f"{county.slug}: {made} proposed")
