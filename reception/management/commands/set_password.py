"""``manage.py set_password COUNTY USERNAME``: give an account a password at the console, as the first account of a county needs."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reception import scope
from reception.actions import journal
from reception.management import arguments
from reception.models import User


class Command(BaseCommand):
    help = "Set the password of one account. It is asked for without showing it; piped in, the first line is taken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.county(parser)
        parser.add_argument("username", help="whose password")
        arguments.language(parser)

    def handle(self, *args: Any, county: str, username: str, language: str, **options: Any) -> None:
        with translation.override(language):
            found = arguments.find(county)
            person = arguments.person(found, username)
            password = self._ask()
            try:
                validate_password(password, person)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            with scope.county(found):
                at = timezone.now()
                person.set_password(password)
                person.password_since, person.password_is_given = at, False
                person.save()
                journal.record(act="user.password", object=f"user {person.pk}", by=User.objects.system(), at=at)
            self.stdout.write(_("已设置“%(name)s”的密码。") % {"name": username})

    def _ask(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass(str(_("新密码")) + ": ")
        if getpass(str(_("再输入一次")) + ": ") != password:
            raise CommandError(_("两次输入的密码不同，没有改动。"))
        return password
