"""``manage.py keys init|status|rotate|rewrap|retire NAME|reseal``: the master keys of the identity vault, and the key of second factors."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reception import vault
from reception.actions import keys, second_factors
from reception.errors import Refused
from reception.management import arguments
from reception.models import County


class Command(BaseCommand):
    help = (
        "Look after the master keys in the key file (KEYS_FILE). To replace a key: rotate, rewrap, retire. Keep copies of the file "
        "apart from the database's backups; a backup made before a key was retired needs that key to be read. To replace ENCRYPTION_KEY: "
        "name the old one in ENCRYPTION_KEY_BEFORE, start everything anew, reseal, and take the old one away once status says so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        for name, help_ in (
            ("init", "make the key file, once"),
            ("status", "which keys there are, and how many rows are under each"),
            ("rotate", "make a new current key; everything stays readable"),
            ("rewrap", "wrap all data keys under the current key, in batches; may be broken off and begun again"),
            ("reseal", "seal the secrets of second factors anew under ENCRYPTION_KEY; may be broken off and begun again"),
        ):
            arguments.language(deeds.add_parser(name, help=help_))
        retire = deeds.add_parser("retire", help="remove an old key that nothing is under any more")
        retire.add_argument("name", help="the key's name, for example k1")
        arguments.language(retire)

    def handle(self, *args: Any, deed: str, language: str, **options: Any) -> None:
        path = Path(settings.KEYS_FILE)
        with translation.override(language):
            try:
                getattr(self, f"_{deed}")(path, **options)
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            except vault.NoKeys as error:
                raise CommandError(str(error)) from error

    def _init(self, path: Path, **options: Any) -> None:
        ring = keys.make(path=path)
        self.stdout.write(_("已生成密钥文件，当前密钥 %(name)s。请立即另存备份，并与数据库备份分开保管。") % {"name": ring.current})

    def _status(self, path: Path, **options: Any) -> None:
        ring = vault.load(path)
        counted = keys.held()
        for name in ring.masters:
            mark = _("（当前）") if name == ring.current else ""
            rows = sum(county[name] for county in counted.values())
            self.stdout.write(_("%(name)s%(mark)s：%(count)d 行") % {"name": name, "mark": mark, "count": rows})
        for slug, county in counted.items():
            for name in sorted(set(county) - set(ring.masters)):
                words = _("%(county)s：%(count)d 行在密钥 %(name)s 之下，而密钥文件中没有它，这些内容打不开。请恢复密钥文件。")
                self.stderr.write(words % {"county": slug, "count": county[name], "name": name})

        factors = second_factors.held()
        words = _("第二重验证：当前密钥 %(now)d 个，旧密钥 %(before)d 个，打不开 %(unreadable)d 个")
        self.stdout.write(words % {"now": factors.now, "before": factors.before, "unreadable": factors.unreadable})
        if settings.ENCRYPTION_KEY_BEFORE and not factors.before:
            self.stdout.write(_("旧密钥已不再需要，可以去掉 ENCRYPTION_KEY_BEFORE。"))

    def _reseal(self, path: Path, **options: Any) -> None:
        done = 0
        for batch in second_factors.reseal():
            done += batch
            self.stdout.write(_("第二重验证：已重新封存 %(count)d 个") % {"count": done})
        left = second_factors.held()
        if left.before:
            self.stdout.write(_("还有 %(count)d 个未完成，请再运行一次。") % {"count": left.before})
        if left.unreadable:
            self.stderr.write(
                _("有 %(count)d 个用已知的密钥都打不开。请核对 ENCRYPTION_KEY_BEFORE；找不回旧密钥的，本人要重新设置。")
                % {"count": left.unreadable}
            )

    def _rotate(self, path: Path, **options: Any) -> None:
        ring = keys.rotate(path=path, at=timezone.now())
        self.stdout.write(_("当前密钥已换为 %(name)s。请备份密钥文件，再运行 keys rewrap。") % {"name": ring.current})

    def _rewrap(self, path: Path, **options: Any) -> None:
        ring, at = vault.load(path), timezone.now()
        for county in County.objects.order_by("slug"):
            done = 0
            for batch in keys.rewrap(county=county, at=at):
                done += batch
                self.stdout.write(_("%(county)s：已重新包裹 %(count)d 行") % {"county": county.slug, "count": done})
            if not done:
                self.stdout.write(_("%(county)s：没有需要重新包裹的行") % {"county": county.slug})
        left = sum(sum(county.values()) - county[ring.current] for county in keys.held().values())
        if left:
            self.stdout.write(_("还有 %(count)d 行未完成，请再运行一次。") % {"count": left})

    def _retire(self, path: Path, name: str, **options: Any) -> None:
        keys.retire(name=name, path=path, at=timezone.now())
        self.stdout.write(
            _("密钥 %(name)s 已移除。此前的数据库备份仍需要它，旧的密钥文件请保存到那些备份失效为止。") % {"name": name}
        )
