"""``manage.py backup_key``: make the key of the backups, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from reception.backups import key
from reception.errors import Refused
from reception.management import arguments


class Command(BaseCommand):
    help = "Make the key file of the backups (BACKUP_KEY_FILE), once. Keep copies of it apart from the backups: without it they open to nobody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.language(parser)

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        with translation.override(language):
            try:
                made = key.make()
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            self.stdout.write(_("已生成备份密钥 %(name)s。请立即另存两份，与备份和数据库分开保管。") % {"name": made.name})
