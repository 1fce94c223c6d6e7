"""``manage.py remind``: what the clock asks for in every county, once, from the console or a cron job, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reception.actions import sweeps
from reception.models import County, User


class Command(BaseCommand):
    help = "Ask the leaders who receive soon, tell on those who stay silent, tell the departments that attend. Again does nothing more."

    def handle(self, *args: Any, **options: Any) -> None:
        for county in County.objects.all():
            asked, escalated, told = sweeps.remind(county=county, by=User.objects.system(), at=timezone.now())
            self.stdout.write(f"{county.slug}: {asked} asked, {escalated} escalated, {told} departments told")
