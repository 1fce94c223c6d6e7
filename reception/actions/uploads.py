"""Material that comes with a booking or a case: sealed on disk under a random name, opened only for whoever may, and in the journal when it is.

Files come as `materials.remade` drew them; that is done before any transaction is open, for it may take seconds.
"""

import os
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from reception import texts
from reception.actions import envelopes, journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.materials import MOST_BYTES, MOST_BYTES_TOGETHER, MOST_FILES, Material, NotTaken
from reception.models import Booking, County, Draft, Upload, User
from reception.models.uploads import SealedFile

log = structlog.get_logger(__name__)
# The tables whose rows have a file here; the room above adds its own when it is loaded.
TABLES: list[type[SealedFile]] = [Upload]
LONGEST_NAME = 120
# A file without a row may belong to a transaction that is still open; after a day it belongs to none.
ORPHANED = timedelta(hours=24)


@dataclass(frozen=True)
class Opened:
    """A file in clear, and what its sender called it."""

    name: str
    media_type: str
    content: bytes

    def __repr__(self) -> str:
        return f"<Opened {self.media_type}>"


def room(*, draft: Draft | None = None, booking: Booking | None = None, sizes: Sequence[int]) -> None:
    """Whether so many more files fit. Raises `NotTaken`; to be asked before the costly work of drawing them anew."""
    there = list(Upload.objects.filter(draft=draft, booking=booking).values_list("size", flat=True))
    if len(there) + len(sizes) > MOST_FILES:
        raise NotTaken(_("最多上传 %(most)d 个文件，现在已有 %(count)d 个。") % {"most": MOST_FILES, "count": len(there)})
    if any(size > MOST_BYTES for size in sizes):
        raise NotTaken(_("每个文件最大 10 MB。请压缩或分开后再传。"))
    if sum(there) + sum(sizes) > MOST_BYTES_TOGETHER:
        raise NotTaken(_("所有文件合起来最大 40 MB。请删去或压缩一些后再传，其余的可以当天带来。"))


def add(
    *,
    name: str,
    material: Material,
    county: County,
    by: User,
    at: datetime,
    draft: Draft | None = None,
    booking: Booking | None = None,
) -> Upload:
    """Keep one file with a form that is being filled in, or with a booking. Raises `NotTaken` beyond the caps, `Refused` without space."""
    require("booking.own" if draft else "booking.assist", county=county, by=by, at=at)
    # The owner is locked: two that arrive together are counted one after the other.
    if draft and not Draft.objects.select_for_update().filter(pk=draft.pk, booking=None).exists():
        raise MovedOn(_("这份预约已经提交，不能再修改。要改期或取消，请凭编号和查询码办理。"))
    if booking:
        Booking.objects.select_for_update().get(pk=booking.pk)
    room(draft=draft, booking=booking, sizes=[])
    room(draft=draft, booking=booking, sizes=[min(len(material.content), MOST_BYTES)])
    row = Upload(draft=draft, booking=booking)
    keep(row, name=name, material=material, county=county, at=at)
    return row


def keep(row: SealedFile, *, name: str, material: Material, county: County, at: datetime) -> None:
    """Seal a file and what its sender called it, store it, and save its new row. Raises `Refused` without space."""
    row.media_type, row.size, row.kept_at = material.media_type, len(material.content), at
    envelope = envelopes.new(row)
    row.name = envelope.seal(texts.clean(Path(name).name)[-LONGEST_NAME:].encode(), part=" name")
    _store(_path(row.uid, county), envelope.seal(material.content))
    row.save(force_insert=True)


def remove(*, draft: Draft, uid: uuid.UUID, county: County, by: User, at: datetime) -> None:
    """Take a file out of a form; one that is gone already is no mistake."""
    require("booking.own", county=county, by=by, at=at)
    row = Upload.objects.filter(uid=uid, draft=draft).first()
    if row is not None:
        discard(row, county=county)


def discard(row: SealedFile, *, county: County) -> None:
    """The row now, the file once that is sure."""
    path = _path(row.uid, county)
    row.delete()
    transaction.on_commit(partial(path.unlink, missing_ok=True))


def name_of(row: SealedFile, *, county: County) -> str:
    """What its sender called it; that it was destroyed, where it was."""
    if not row.wrapped:
        return _("（已销毁）")
    return envelopes.of(row).unseal(bytes(row.name), part=" name").decode()


def named(rows: Iterable[Upload], *, county: County) -> list[tuple[Upload, str]]:
    return [(row, name_of(row, county=county)) for row in rows]


def open_for(*, upload: Upload, county: County, by: User, at: datetime) -> Opened:
    """A booking's file for a member of staff; the journal says who opened it. Raises `Forbidden`, `Refused` where the file is lost."""
    require("material.read", county=county, by=by, at=at)
    assert upload.booking is not None
    found = opened(upload, county=county)
    journal.record(act="material.read", object=f"booking {upload.booking.number}", by=by, at=at, facts={"upload": str(upload.uid)})
    return found


def opened(row: SealedFile, *, county: County) -> Opened:
    """A file in clear, for an action that has asked who may see it. Raises `Refused` where the file is lost or was destroyed."""
    if not row.wrapped:
        raise Refused(_("这份材料已按保存期限销毁，不能再查看。"))
    envelope = envelopes.of(row)
    try:
        sealed = _path(row.uid, county).read_bytes()
    except OSError as error:
        raise Refused(_("这份材料的文件找不到了，请联系系统管理员从备份恢复。")) from error
    return Opened(name_of(row, county=county), row.media_type, envelope.unseal(sealed))


def sweep(*, county: County, at: datetime) -> int:
    """Remove files that no row knows and that are a day old; how many."""
    folder = _folder(county)
    old = {path for path in folder.glob("*") if path.stat().st_mtime < (at - ORPHANED).timestamp()} if folder.exists() else set()
    known = {str(uid) for table in TABLES for uid in table.objects.values_list("uid", flat=True)} if old else set()
    orphans = [path for path in old if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _store(path: Path, sealed: bytes) -> None:
    """Write a file, whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, written = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            Path(written).replace(path)
        except BaseException:
            Path(written).unlink(missing_ok=True)
            raise
    except OSError as error:
        log.error("upload_not_kept", errno=error.errno)
        raise Refused(_("暂时不能保存材料。您可以先提交预约，把材料当天带来。")) from error


def path_of(row: SealedFile, *, county: County) -> Path:
    """Where a file lies, sealed; whether it is there or not."""
    return _path(row.uid, county)


def _folder(county: County) -> Path:
    return Path(settings.UPLOADS_DIR) / str(county.pk)


def _path(uid: uuid.UUID, county: County) -> Path:
    return _folder(county) / str(uid)
