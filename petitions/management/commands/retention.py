"""``manage.py retention [--county SLUG] [--dry-run]``: archive what is over the county's years, and destroy who the people were."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from petitions.actions import retention
from reception.models import County, User


class Command(BaseCommand):
    help = "Archive cases that are over their county's years, and destroy the identities and files nobody needs. Again does nothing more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--county", metavar="SLUG", help="only this county")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        counties = County.objects.filter(slug=options["county"]) if options["county"] else County.objects.all()
        if options["county"] and not counties:
            raise CommandError(f"there is no county {options['county']}")
        for county in counties:
            kept = retention.run(county=county, by=User.objects.system(), at=timezone.now(), dry=options["dry_run"])
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(
                f"{county.slug} ({county.case_retention_years} years): {kept.archived} cases {would}archived, "
                f"{kept.shredded} identities and {kept.files} files {would}destroyed"
            )
