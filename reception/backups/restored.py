"""What a restored database is looked at for, by a process whose settings name it: that it is this code's, whole, and silent.

Silent is tried in earnest: one round of the sender, as it goes on by itself, must hold every county and send nothing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from reception import pulse, rounds, scope, vault
from reception.actions import proofs, uploads
from reception.models import County, Entry, Message, MessageState, Release, User
from reception.models.counties import Scoped

FAULTS_SHOWN = 5


@dataclass(frozen=True)
class Look:
    """One thing that was looked at: what was found, whether it is well, and the seconds it took."""

    what: str
    found: str
    is_well: bool
    seconds: float


def looks() -> Iterator[Look]:
    """Everything, one after the other. What is wrong is in the words of each."""
    chains = _Chains()
    steps: list[tuple[str, Callable[[], tuple[str, bool]]]] = [
        (_("数据库结构与程序一致"), _migrations),
        (_("日志的链"), chains.journal),
        (_("各期公布的哈希"), chains.releases),
        (_("接访记录、文书和公布的结果"), chains.kept),
        (_("主要数据表"), _rows),
        (_("材料文件"), _files),
        (_("消息暂停，等人放行"), _silence),
    ]
    for what, step in steps:
        began = time.monotonic()
        found, is_well = step()
        yield Look(what, found, is_well, time.monotonic() - began)


def _migrations() -> tuple[str, bool]:
    executor = MigrationExecutor(connection)
    wanted = {key for key in executor.loader.graph.nodes if key in executor.loader.disk_migrations}
    done = set(executor.loader.applied_migrations)
    less = sorted(f"{app}.{name}" for app, name in wanted - done)
    more = sorted(f"{app}.{name}" for app, name in done - wanted)
    if less or more:
        words = _("缺少 %(less)s；多出 %(more)s")
        return words % {"less": _("、").join(less[:FAULTS_SHOWN]) or "—", "more": _("、").join(more[:FAULTS_SHOWN]) or "—"}, False
    return _("%(count)d 个迁移") % {"count": len(wanted)}, True


class _Chains:
    """Every county's journal and releases, and what else is kept for ever, followed once: they are one chain to whoever follows it."""

    @cached_property
    def followed(self) -> tuple[list[str], int, int]:
        """The faults, each with its county's slug, and how many entries and releases there are."""
        faults: list[str] = []
        entries = published = 0
        for county in County.objects.order_by("slug"):
            with scope.county(county):
                faults += [f"{county.slug}: {fault}" for fault in proofs.faults()]
                entries += Entry.objects.count()
                published += Release.objects.published().count()
        return faults, entries, published

    def journal(self) -> tuple[str, bool]:
        return self._said("journal:", _("%(count)d 条") % {"count": self.followed[1]})

    def releases(self) -> tuple[str, bool]:
        return self._said("releases:", _("%(count)d 期") % {"count": self.followed[2]})

    def kept(self) -> tuple[str, bool]:
        return self._said(("minutes:", "documents:", "results:"), _("都与日志相符"))

    def _said(self, of: str | tuple[str, ...], well: str) -> tuple[str, bool]:
        faults = [fault for fault in self.followed[0] if fault.partition(": ")[2].startswith(of)]
        return ("；".join(faults[:FAULTS_SHOWN]), False) if faults else (well, True)


# The tables whose counts are shown, by name, so that the room above is asked for its own without being known here.
MAIN = ("reception.User", "reception.ReceptionDay", "reception.Sitting", "reception.Booking", "petitions.Case", "reception.Message")


def _rows() -> tuple[str, bool]:
    counts = rows()
    shown = [f"{apps.get_model(name)._meta.verbose_name} {counts[name]}" for name in MAIN]
    counties = County.objects.count()
    return _("%(counties)d 个县，%(rows)d 行：%(shown)s") % {
        "counties": counties,
        "rows": sum(counts.values()),
        "shown": _("、").join(shown),
    }, bool(counties and counts["reception.User"])


def rows() -> dict[str, int]:
    """How many rows every table of a county has, all counties together, by the model's name; accounts too."""
    models = [model for model in apps.get_models() if issubclass(model, Scoped) or model is User]
    counts = {model._meta.label: 0 for model in models}
    for county in County.objects.all():
        with scope.county(county):
            for model in models:
                own = model._default_manager.all()
                counts[model._meta.label] += (own.filter(county=county) if model is User else own).count()
    return counts


def _files() -> tuple[str, bool]:
    """Every file that a row names is there, and opens."""
    faults: list[str] = []
    count = 0
    try:
        for county in County.objects.order_by("slug"):
            with scope.county(county):
                count += uploads.count()
                faults += [f"{county.slug}: {fault}" for fault in uploads.faults()]
    except vault.NoKeys:
        return _("没有 KEYS_FILE，材料打不开"), False
    if faults:
        return _("%(count)d 个中有 %(faulty)d 个不对：%(faults)s") % {
            "count": count,
            "faulty": len(faults),
            "faults": "；".join(faults[:FAULTS_SHOWN]),
        }, False
    return _("%(count)d 个，都在，都打得开") % {"count": count}, True


def _silence() -> tuple[str, bool]:
    before, _waiting = _outbox()
    sent = rounds.once()
    loose = [county.slug for county in County.objects.order_by("slug") if not pulse.is_held(county)]
    after, waiting = _outbox()
    if sent or loose or after != before:
        words = _("发出了 %(sent)d 条，没有暂停的县：%(loose)s")
        return words % {"sent": max(sent, after - before), "loose": _("、").join(loose) or "—"}, False
    return _("发出 0 条，等待 %(waiting)d 条") % {"waiting": waiting}, True


def _outbox() -> tuple[int, int]:
    """How many messages were sent, within the portal too, and how many wait to be."""
    sent, waiting = 0, 0
    for county in County.objects.all():
        with scope.county(county):
            sent += Message.objects.filter(state=MessageState.SENT).count()
            waiting += Message.objects.filter(state__in=(MessageState.WAITING, MessageState.SENDING)).count()
    return sent, waiting
