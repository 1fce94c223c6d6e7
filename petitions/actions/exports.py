"""Files that staff take out: asked for, made a part at a time, had for a week, and each step of it in the journal.

A short one is made while its asker waits; a long one by whoever does the portal's periodic work, any number of them at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from petitions.models import Case, Export, ExportFile, ExportKind, ExportState
from petitions.reports import files, listing, shape, whole
from petitions.reports.shape import Asked
from reception import scope
from reception.actions import journal, uploads
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.materials import Material
from reception.models import County, User
from scheduling import periods

KEPT = timedelta(days=7)
# Whoever began so long ago has died over it; and so old a request is nobody's any more.
LEASE = timedelta(minutes=15)
# So many of one person may wait at a time.
MOST_WAITING = 3
# What is made while the asker waits.
SHORT = 20_000
PERMISSION = {
    ExportKind.REPORT_XLSX: "report.export",
    ExportKind.REPORT_CSV: "report.export",
    ExportKind.CASES_XLSX: "case.export",
}


def ask(
    *, kind: ExportKind, period: str, language: str, county: County, by: User, at: datetime, columns: Sequence[str] = ()
) -> Export:
    """Ask for a file of a period; the county is in scope. Raises `Forbidden`, and `Refused` for what can't be made."""
    require(PERMISSION[kind], county=county, by=by, at=at)
    of = shape.period(period)
    wanted = _wanted(columns) if kind is ExportKind.CASES_XLSX else []
    if Export.objects.filter(asked_by=by, state__in=(ExportState.WAITING, ExportState.MAKING)).count() >= MOST_WAITING:
        raise Refused(_("您已有 %(most)d 份导出正在等待生成。请等它们生成以后再导出。") % {"most": MOST_WAITING})
    made: Export = Export.objects.create(
        kind=kind, period=of.key, columns=wanted, language=language, asked_by=by, asked_at=at, parts=1
    )
    facts = {"kind": kind.value, "period": of.key, "columns": wanted}
    journal.record(act="export.ask", object=f"export {made.uid}", by=by, at=at, facts=facts)
    return made


def _wanted(columns: Sequence[str]) -> list[str]:
    unknown = [name for name in columns if name not in listing.COLUMNS]
    if unknown:
        raise Refused(_("清单里没有这一列：%(name)s。") % {"name": unknown[0][:30]})
    return [name for name in listing.COLUMNS if not columns or name in columns]


def is_short() -> bool:
    """Whether a file of the county in scope is made at once."""
    return not Case.objects.order_by().values("pk")[SHORT : SHORT + 1].exists()


def make_due(*, county: County, at: datetime) -> int:
    """Make what waits, the oldest first, and what somebody began and never finished; how many. Outside any county's scope."""
    made = 0
    while (export := _claimed(county, at)) is not None:
        try:
            make(export=export, county=county, at=at)
        except Exception:
            # Not tried again for ever: whoever asked sees it, and asks again.
            with scope.county(county):
                _mine(export, at).update(state=ExportState.FAILED)
            raise
        made += 1
    return made


def settle(*, county: County, by: User, at: datetime) -> None:
    """What waits is made, what is over deleted. Outside any county's scope."""
    make_due(county=county, at=at)
    with scope.county(county):
        expire(county=county, by=by, at=at)


def _claimed(county: County, at: datetime) -> Export | None:
    with scope.county(county):
        open_ones = Export.objects.filter(state=ExportState.WAITING) | Export.objects.filter(
            state=ExportState.MAKING, begun_at__lt=at - LEASE
        )
        found: Export | None = (
            open_ones.select_for_update(of=("self",), skip_locked=True)
            .select_related("asked_by")
            .order_by("asked_at", "pk")
            .first()
        )
        if found is not None:
            found.state, found.begun_at, found.done = ExportState.MAKING, at, 0
            found.save(update_fields=["state", "begun_at", "done"])
        return found


def make(*, export: Export, county: County, at: datetime) -> None:
    """Make the file, a table at a time, each in a transaction of its own so that others see how far it is.

    What may be seen is asked anew for each, of the roles the asker holds now.
    """
    by, begun = export.asked_by, export.begun_at or at
    on = at.astimezone(county.zone).date()
    try:
        with translation.override(export.language):
            content = _content(export, county, by, begun, at)
    except Refused:
        with scope.county(county):
            _mine(export, begun).update(state=ExportState.FAILED)
        return
    with scope.county(county):
        # Whoever took it over since has it.
        if not _mine(export, begun).update(state=ExportState.READY, expires_at=at + KEPT):
            return
        ending, media = ("csv", files.CSV) if export.kind == ExportKind.REPORT_CSV else ("xlsx", files.XLSX)
        name = f"{county.slug}-{export.period}-{on.isoformat()}.{ending}"
        ExportFile.objects.filter(export=export).delete()
        try:
            uploads.keep(ExportFile(export=export), name=name, material=Material(media, content), county=county, at=at)
        except Refused as refusal:
            raise Refused(_("现在没有地方存放这份文件，没有生成。请过一会儿再导出；还是不行，请告诉系统管理员。")) from refusal
        journal.record(act="export.make", object=f"export {export.uid}", by=by, at=at, facts={"bytes": len(content)})


def _mine(export: Export, begun: datetime) -> Any:
    return Export.objects.filter(pk=export.pk, state=ExportState.MAKING, begun_at=begun)


def _content(export: Export, county: County, by: User, begun: datetime, at: datetime) -> bytes:
    on, period = at.astimezone(county.zone).date(), periods.parse(export.period)
    mark = _("%(county)s · %(name)s 于 %(at)s 导出 · 内部使用，请勿外传 · %(uid)s") % {
        "county": county.name,
        "name": by.name or by.username,
        "at": export.asked_at.astimezone(county.zone).strftime("%Y-%m-%d %H:%M"),
        "uid": export.uid,
    }
    with scope.county(county):
        require(PERMISSION[ExportKind(export.kind)], county=county, by=by, at=at)
        by.held = by.roles(on=on)
        asked = Asked(Case.objects.visible_to(by, on=on), county, period, on)
        if export.kind == ExportKind.CASES_XLSX:
            page = (_("事项清单"), listing.heads(export.columns), listing.rows(asked, export.columns))
            return files.workbook([page], mark)
    pages = []
    wanted = whole.of(by)
    for place, one in enumerate(wanted):
        with scope.county(county):
            table = one(asked)
            if table.rows:
                pages.append(files.page_of(table))
            _mine(export, begun).update(done=place + 1, parts=len(wanted))
    return files.comma_separated(pages, mark) if export.kind == ExportKind.REPORT_CSV else files.workbook(pages, mark)


def take(*, export: Export, county: County, by: User, at: datetime) -> uploads.Opened:
    """The file for whoever asked for it, with an entry in the journal. Raises `Forbidden`, `MovedOn` where it is not there."""
    require(PERMISSION[ExportKind(export.kind)], county=county, by=by, at=at)
    now: Export = Export.objects.select_for_update().get(pk=export.pk, asked_by=by)
    if now.state != ExportState.READY or now.expires_at is None or now.expires_at <= at:
        raise MovedOn(_("这份文件现在不能下载：%(state)s。需要时请重新导出。") % {"state": now.get_state_display()})
    found = uploads.opened(now.file, county=county)
    journal.record(act="export.take", object=f"export {now.uid}", by=by, at=at)
    return found


def expire(*, county: County, by: User, at: datetime) -> int:
    """Delete the files whose time is over; how many. `by` is the system's own account; the county is in scope."""
    over = list(Export.objects.filter(state=ExportState.READY, expires_at__lte=at).select_for_update(skip_locked=True))
    for export in over:
        export.state = ExportState.EXPIRED
        export.save(update_fields=["state"])
        uploads.discard(export.file, county=county)
        journal.record(act="export.expire", object=f"export {export.uid}", by=by, at=at)
    return len(over)
