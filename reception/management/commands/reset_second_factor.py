"""``manage.py reset_second_factor COUNTY USERNAME``: for the security administrator who has lost their own."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reception.actions import accounts
from reception.errors import Refused
from reception.management import arguments
from reception.models import User


class Command(BaseCommand):
    help = "Remove every second factor of one account and end its sessions; the person sets up anew at the next sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.county(parser)
        parser.add_argument("username", help="whose second factor")
        arguments.language(parser)

    def handle(self, *args: Any, county: str, username: str, language: str, **options: Any) -> None:
        with translation.override(language):
            found = arguments.find(county)
            person = arguments.person(found, username)
            try:
                accounts.reset_second_factor(person=person, county=found, by=User.objects.system(), at=timezone.now())
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            self.stdout.write(_("已重置“%(name)s”的第二重验证。") % {"name": username})
