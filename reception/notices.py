"""Change notices: what one release changes of the days to come, item by item, as an official notice tells it (原定, 调整为, 原因).

Pure: two documents in, items out. Their words are in the language that is active where they are asked for.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from reception import differences, words
from scheduling.releases import DayChange, SittingChange, difference

Document = Mapping[str, Any]
# More months than these are named by their years.
MONTHS_NAMED = 4


class Kind(StrEnum):
    """What happened to a day or a sitting."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"
    SITTING_ADDED = "sitting_added"
    SITTING_REMOVED = "sitting_removed"
    SITTING_CANCELLED = "sitting_cancelled"
    SUBSTITUTED = "substituted"
    RETURNED = "returned"
    LEADER = "leader"
    HOURS = "hours"
    PLACE = "place"
    CAPACITY = "capacity"
    DEPARTMENTS = "departments"
    COORDINATORS = "coordinators"


@dataclass(frozen=True)
class ChangeNotice:
    """One item of a notice.

    `old` and `new` are the day as the two releases have it (one is None where it was added or removed), `old_sitting` and
    `new_sitting` the sitting, both None where the item is about the whole day. `release` and `published_at` (in the county's zone)
    are those of the release that made the change.
    """

    kind: Kind
    old: Document | None
    new: Document | None
    old_sitting: Document | None
    new_sitting: Document | None
    release: int
    published_at: datetime

    @property
    def key(self) -> str:
        """What names the item within its release, for anchors: the same however often it is made."""
        return f"{self.kind}-{self._subject['uid']}"

    @property
    def id(self) -> str:
        """A name of the item that stays for ever, whatever the address of the portal: a ``urn:uuid:``."""
        return uuid.uuid5(uuid.NAMESPACE_OID, f"reception-day/{self.release}/{self.key}").urn

    @property
    def day(self) -> date:
        """The reception day concerned, as it is now; as it was for one that was removed."""
        return date.fromisoformat(self._day["day"])

    @property
    def month(self) -> date:
        """The first day of the month the reception day belongs to."""
        return date.fromisoformat(f"{self._day['month']}-01")

    @property
    def title(self) -> str:
        """What happened, in a few words: 接访领导调整."""
        return TITLES[self.kind]()

    @property
    def about(self) -> str:
        """Which sitting: the rotation's name; empty where the whole day is meant."""
        sitting = self.new_sitting or self.old_sitting
        return words.said(sitting["rotation"]["name"]) if sitting and sitting["rotation"] else ""

    @property
    def was(self) -> str:
        """原定: what the release before said; empty where there was nothing."""
        return _value(self.kind, self.old, self.old_sitting, gone=False)

    @property
    def becomes(self) -> str:
        """调整为: what holds now."""
        return _value(self.kind, self.new, self.new_sitting, gone=True)

    @property
    def why(self) -> str:
        """原因: the public kind of reason, or the published reason of a day that was moved or cancelled; else empty.

        The release's note says what the release is about, which may be another day.
        """
        return _why(self)

    @property
    def sentence(self) -> str:
        """The item as one sentence for a message or a feed."""
        head = _("，").join(filter(None, [differences.date_and_weekday(self.day.isoformat()), self.about]))
        said = _("%(head)s：%(title)s。") % {"head": head, "title": self.title}
        if self.was:
            said += _("原定：%(was)s。") % {"was": self.was}
        if self.becomes:
            said += _("调整为：%(becomes)s。") % {"becomes": self.becomes}
        if self.why:
            said += _("原因：%(why)s。") % {"why": self.why.rstrip("。.")}
        return said.strip()

    @property
    def _day(self) -> Document:
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def _subject(self) -> Document:
        return self.new_sitting or self.old_sitting or self._day


TITLES = {
    Kind.ADDED: lambda: _("增加接访日"),
    Kind.REMOVED: lambda: _("撤下接访日"),
    Kind.MOVED: lambda: _("接访日期调整"),
    Kind.CANCELLED: lambda: _("接访取消"),
    Kind.RESTORED: lambda: _("接访恢复"),
    Kind.CONFIRMED: lambda: _("暂定日期已确定"),
    Kind.PROVISIONAL: lambda: _("日期改为暂定"),
    Kind.SITTING_ADDED: lambda: _("增加接访场次"),
    Kind.SITTING_REMOVED: lambda: _("撤下接访场次"),
    Kind.SITTING_CANCELLED: lambda: _("接访场次取消"),
    Kind.SUBSTITUTED: lambda: _("接访领导调整"),
    Kind.RETURNED: lambda: _("恢复由原定领导接访"),
    Kind.LEADER: lambda: _("接访领导信息更新"),
    Kind.HOURS: lambda: _("接访时间调整"),
    Kind.PLACE: lambda: _("接访地点调整"),
    Kind.CAPACITY: lambda: _("可预约批次调整"),
    Kind.DEPARTMENTS: lambda: _("陪同部门调整"),
    Kind.COORDINATORS: lambda: _("协调人员调整"),
}
OF_DATE = frozenset({Kind.ADDED, Kind.REMOVED, Kind.MOVED, Kind.CANCELLED, Kind.RESTORED, Kind.CONFIRMED, Kind.PROVISIONAL})


def between(before: Document | None, after: Document, *, on: date | None = None) -> tuple[ChangeNotice, ...]:
    """What `after` changes over `before` of the days from `on` on, in the order of days; nothing over no release at all, and nothing
    of a year that is published for the first time.

    `on` is the county's day of publication, which a document that is published knows itself.
    """
    if before is None:
        return ()
    at = datetime.fromisoformat(after["published_at"]) if "published_at" in after else None
    zone = ZoneInfo(after["county"]["time_zone"])
    if on is None:
        assert at is not None
        on = at.astimezone(zone).date()
    moment = at.astimezone(zone) if at else datetime.combine(on, datetime.min.time(), zone)
    own = {"release": int(after.get("number", 0)), "published_at": moment}
    found: list[ChangeNotice] = []
    years = {row["month"][:4] for row in before["days"]}
    for change in difference(before, after).days:
        if change.new and change.old is None and change.new["month"][:4] not in years:
            # The first publication of a year adjusts nothing: the release itself announces it.
            continue
        days = [row["day"] for row in (change.old, change.new) if row]
        if max(days) >= on.isoformat():
            found += _of_day(change, own)
    return tuple(found)


def heading(items: Sequence[ChangeNotice]) -> str:
    """The notice's title: 关于2026年2月领导接访调整的公告."""
    months = sorted({item.month for item in items})
    if len(months) > MONTHS_NAMED:
        when = _("、").join(_("%(year)s年") % {"year": year} for year in sorted({month.year for month in months}))
    else:
        when = _("、").join(
            words.months_name(year, [m for m in months if m.year == year]) for year in sorted({m.year for m in months})
        )
    if all(item.kind is Kind.ADDED for item in items):
        return _("关于增加%(when)s领导接访安排的公告") % {"when": when}
    return _("关于%(when)s领导接访调整的公告") % {"when": when}


def _of_day(change: DayChange, own: dict[str, Any]) -> Iterator[ChangeNotice]:
    old, new = change.old, change.new

    def item(kind: Kind, sitting: SittingChange | None = None) -> ChangeNotice:
        return ChangeNotice(kind, old, new, sitting.old if sitting else None, sitting.new if sitting else None, **own)

    if old is None or new is None:
        yield item(Kind.ADDED if old is None else Kind.REMOVED)
        return
    if new["state"] == "cancelled":
        if old["state"] != "cancelled":
            yield item(Kind.CANCELLED)
        return
    if old["state"] == "cancelled":
        yield item(Kind.RESTORED)
    if old["day"] != new["day"]:
        yield item(Kind.MOVED)
    if old["status"] != new["status"]:
        yield item(Kind.CONFIRMED if new["status"] == "confirmed" else Kind.PROVISIONAL)
    for sitting in change.sittings:
        for kind in _of_sitting(sitting):
            yield item(kind, sitting)


def _of_sitting(change: SittingChange) -> Iterator[Kind]:
    old, new = change.old, change.new
    if old is None or new is None:
        yield Kind.SITTING_ADDED if old is None else Kind.SITTING_REMOVED
        return
    if new["state"] == "cancelled":
        if old["state"] != "cancelled":
            yield Kind.SITTING_CANCELLED
        return
    instead = old.get("substitutes") != new.get("substitutes")
    if _chinese(old["leader"]) != _chinese(new["leader"]):
        yield _of_leader(old, new)
    if (old["from"], old["to"]) != (new["from"], new["to"]):
        yield Kind.HOURS
    # Whoever stands in is named together with those who coordinate.
    lists = (Kind.PLACE, Kind.CAPACITY, Kind.DEPARTMENTS, *(() if instead else (Kind.COORDINATORS,)))
    yield from (kind for kind in lists if _chinese(old[kind]) != _chinese(new[kind]))


def _of_leader(old: Document, new: Document) -> Kind:
    if new.get("substitutes"):
        return Kind.SUBSTITUTED
    return Kind.RETURNED if old.get("substitutes") else Kind.LEADER


def _chinese(value: Any) -> Any:
    """A value without its English: a translation mended later adjusts nothing."""
    if isinstance(value, Mapping):
        return {name: _chinese(part) for name, part in value.items() if name != "en"}
    return [_chinese(part) for part in value] if isinstance(value, list) else value


def _value(kind: Kind, day: Document | None, sitting: Document | None, *, gone: bool) -> str:
    """What an item is about as one of the two releases has it. `gone` asks for what became of it."""
    if kind in OF_DATE:
        return _date(kind, day, gone=gone)
    if sitting is None:
        return _("撤下") if gone else ""
    if kind is Kind.SITTING_CANCELLED and gone:
        return _("取消")
    match kind:
        case Kind.HOURS:
            return f"{sitting['from']}–{sitting['to']}"
        case Kind.PLACE:
            return differences.place(sitting["place"])
        case Kind.CAPACITY:
            return _("%(count)s 批") % {"count": sitting["capacity"]}
        case Kind.DEPARTMENTS | Kind.COORDINATORS:
            return differences.names(sitting[kind]) or _("无")
    said = differences.leader(sitting["leader"])
    portfolio = words.said(sitting["leader"]["portfolio"])
    if kind is Kind.LEADER and portfolio:
        said += _("，分管%(portfolio)s") % {"portfolio": portfolio}
    return said


def _date(kind: Kind, day: Document | None, *, gone: bool) -> str:
    if day is None:
        return _("撤下") if gone else ""
    if kind is Kind.CANCELLED and gone:
        return _("取消")
    if kind is Kind.RESTORED and not gone:
        return _("取消")
    said = differences.date_and_weekday(day["day"])
    if kind in (Kind.CONFIRMED, Kind.PROVISIONAL) or day["status"] == "provisional":
        said += _("，暂定") if day["status"] == "provisional" else _("，已确定")
    if kind is Kind.ADDED:
        said = _("；").join([said, *(_seat(sitting) for sitting in day["sittings"] if sitting["state"] != "cancelled")])
    return said


def _seat(sitting: Document) -> str:
    """Who receives, when and where."""
    hours = f"{sitting['from']}–{sitting['to']}"
    return _("，").join([differences.leader(sitting["leader"]), hours, differences.place(sitting["place"])])


def _why(item: ChangeNotice) -> str:
    """The reason that belongs to the item itself; empty where there is none."""
    if item.kind is Kind.SUBSTITUTED and item.new_sitting:
        return words.instead(item.new_sitting["substitutes"])
    if item.kind is Kind.RETURNED:
        return _("原定领导可以出席")
    if item.kind is Kind.CONFIRMED:
        return _("该年的节假日安排已公布")
    if item.new and item.kind in (Kind.MOVED, Kind.CANCELLED):
        return words.said(item.new["reason"]) or words.why(item.new["reasons"])
    if item.new and item.kind is Kind.ADDED and item.new["kind"] == "extra":
        return words.added(item.new["title"])
    return ""
