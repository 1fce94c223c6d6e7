"""``manage.py publish COUNTY``: draft, submit, approve and publish a release from the console."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reception import scope
from reception.actions import releases
from reception.errors import Refused
from reception.management import arguments
from reception.models import County, User


class Command(BaseCommand):
    help = (
        "Publish a county's roster as a new release. Without --draft-by and --approve-by the machine's own account does both, "
        "and the journal says so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.county(parser)
        parser.add_argument("--draft-by", default="", metavar="USERNAME", help="in whose name it is drafted")
        parser.add_argument("--approve-by", default="", metavar="USERNAME", help="in whose name it is approved and published")
        parser.add_argument("--note", default="", help="what this release changes, in Chinese (public)")
        parser.add_argument("--note-en", default="", help="the same in English")
        parser.add_argument(
            "--late-reason", default="", help="why it comes later than promised, in Chinese (public); asked for when it does"
        )
        parser.add_argument("--late-reason-en", default="", help="the same in English")
        arguments.language(parser)

    def handle(self, *args: Any, county: str, language: str, **options: Any) -> None:
        with translation.override(language):
            found = arguments.find(county)
            drafter, approver = _actor(found, options["draft_by"]), _actor(found, options["approve_by"])
            at = timezone.now()
            try:
                # One transaction: a refusal half-way leaves no draft behind.
                with scope.county(found):
                    release = releases.draft(county=found, by=drafter, at=at, note=options["note"], note_en=options["note_en"])
                    releases.submit(release=release, county=found, by=drafter, at=at)
                    releases.approve(release=release, county=found, by=approver, at=at)
                    release = releases.publish(
                        release=release,
                        county=found,
                        by=approver,
                        at=at,
                        late_reason=options["late_reason"],
                        late_reason_en=options["late_reason_en"],
                    )
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            self.stdout.write(_("%(county)s第 %(number)s 期已公布。") % {"county": found.name, "number": release.number})
            self.stdout.write(f"sha256 {release.hash}")


def _actor(county: County, username: str) -> User:
    return arguments.person(county, username) if username else User.objects.system()
