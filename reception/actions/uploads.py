"""Material that comes with a booking or a case: sealed on disk under a random name, opened only for whoever may, and in the journal when it is.

Files come as `materials.remade` drew them; that is done before any transaction is open, for it may take seconds.
"""

import errno
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from reception import scope, stored, texts, vault
from reception.actions import envelopes, journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.materials import MOST_BYTES, MOST_BYTES_TOGETHER, MOST_FILES, Material, NotTaken, not_now
from reception.models import Booking, County, Draft, Upload, User
from reception.models.uploads import SealedFile

log = structlog.get_logger(__name__)
F = TypeVar("F", bound=SealedFile)
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
    known = same(Upload.objects.filter(draft=draft, booking=booking), material, county=county)
    if known is not None:
        return known
    room(draft=draft, booking=booking, sizes=[min(len(material.content), MOST_BYTES)])
    row = Upload(draft=draft, booking=booking)
    keep(row, name=name, material=material, county=county, at=at)
    return row


def same(rows: "QuerySet[F]", material: Material, *, county: County) -> F | None:
    """The file among these that has the same content. Whoever got no answer sends again: their file is there once."""
    for row in rows.filter(size=len(material.content), media_type=material.media_type).exclude(wrapped=b""):
        # One that can't be opened now is not the same: another copy of it is what helps.
        with suppress(Refused):
            if opened(row, county=county).content == material.content:
                return row
    return None


def keep(row: SealedFile, *, name: str, material: Material, county: County, at: datetime) -> None:
    """Seal a file and what its sender called it, store it, and save its new row. Raises `Refused` without space.

    The file is on the disk before the row is: a row without its file can't come about. A file whose row is not saved after all is taken away
    at once where the work inside `all_or_none` fails, and by `sweep` where the process dies or the transaction does not end well.
    """
    row.media_type, row.size, row.kept_at = material.media_type, len(material.content), at
    envelope = envelopes.new(row)
    row.name = envelope.seal(texts.clean(Path(name).name)[-LONGEST_NAME:].encode(), part=" name")
    try:
        stored.write(path_of(row, county=county), envelope.seal(material.content))
    except OSError as error:
        log.error("upload_not_kept", errno=error.errno)
        raise Refused(not_now()) from error
    row.save(force_insert=True)


def remove(*, draft: Draft, uid: uuid.UUID, county: County, by: User, at: datetime) -> None:
    """Take a file out of a form; one that is gone already is no mistake."""
    require("booking.own", county=county, by=by, at=at)
    row = Upload.objects.filter(uid=uid, draft=draft).first()
    if row is not None:
        discard(row, county=county)


def discard(row: SealedFile, *, county: County) -> None:
    """The row now, the file once that is sure."""
    unlink_later(row, county=county)
    row.delete()


def unlink_later(row: SealedFile, *, county: County) -> None:
    """Take away the file once it is sure that the row is gone, or says that it has none. Where that can't be done, `sweep` does it."""
    transaction.on_commit(partial(stored.remove, path_of(row, county=county)))


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
    """A file in clear, for an action that has asked who may see it. Raises `Refused` where the file is lost or changed, can't be read for
    the present, or was destroyed."""
    if not row.wrapped:
        raise Refused(_("这份材料已按保存期限销毁，不能再查看。"))
    envelope = envelopes.of(row)
    try:
        sealed = path_of(row, county=county).read_bytes()
    except FileNotFoundError as error:
        log.error("file_lost", upload=str(row.uid))
        raise Refused(_("这份材料的文件找不到了，请联系系统管理员从备份恢复。")) from error
    except OSError as error:
        log.error("file_not_read", upload=str(row.uid), errno=error.errno)
        raise Refused(_("这份材料暂时读不出来。请过几分钟再试；还是不行，请告诉系统管理员。")) from error
    try:
        content = envelope.unseal(sealed)
    except vault.Unreadable as error:
        log.error("file_changed", upload=str(row.uid))
        raise Refused(_("这份材料的文件损坏了，与登记的不一致，不能打开。请联系系统管理员从备份恢复。")) from error
    return Opened(name_of(row, county=county), row.media_type, content)


def sweep(*, county: County, at: datetime) -> int:
    """Remove files that no row knows, or whose row says that they are destroyed, and that are a day old; how many."""
    old = stored.old(county.pk, at - ORPHANED)
    known = {str(uid) for table in TABLES for uid in _with_files(table).values_list("uid", flat=True)} if old else set()
    return sum(stored.remove(path) for path in old if path.name not in known)


def faults() -> Iterator[str]:
    """What is wrong with the files of the county in scope, each as "files: …": one that is not there, one that is not what was sealed.

    Every file is read and opened: the seal is the hash, and no other file's bytes pass for it.
    """
    for table in TABLES:
        for row in _with_files(table).iterator(chunk_size=200):
            what = f"files: {table._meta.model_name} {row.uid}"
            try:
                content = envelopes.of(row).unseal(stored.path_of(scope.current(), row.uid).read_bytes())
            except FileNotFoundError:
                yield f"{what} is not there"
            except OSError as error:
                yield f"{what} can't be read ({errno.errorcode.get(error.errno or 0, '?')})"
            except vault.Unreadable:
                yield f"{what} is not what was sealed"
            else:
                if len(content) != row.size:
                    yield f"{what} is of another size"


def count() -> int:
    """How many files there should be in the county in scope."""
    return sum(_with_files(table).count() for table in TABLES)


def path_of(row: SealedFile, *, county: County) -> Path:
    """Where a file lies, sealed; whether it is there or not."""
    return stored.path_of(county.pk, row.uid)


def _with_files(table: type[SealedFile]) -> "QuerySet[SealedFile]":
    rows: QuerySet[SealedFile] = table.objects.exclude(wrapped=b"").order_by("pk")
    return rows
