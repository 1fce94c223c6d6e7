"""Files of a case: scanned letters, proofs, signed papers. Kept and opened as a booking's are: drawn anew, sealed, journalled.

Files come as `reception.materials.remade` drew them; that is done before anything is locked, for it may take seconds.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from petitions.actions import units
from petitions.models import Case, Material, MaterialKind, Recusal
from reception import materials as drawn
from reception import stored
from reception.actions import journal, uploads
from reception.actions.permissions import require
from reception.actions.uploads import Opened
from reception.errors import Forbidden
from reception.materials import NotTaken
from reception.models import County, User
from reception.models.uploads import SealedFile
from reception.roles import permits

# A file as it was drawn anew, and what its sender called it.
Named = tuple[str, drawn.Material]
MOST_OF_A_CASE = 60


def add(*, case: Case, kind: MaterialKind, files: Sequence[Named], county: County, by: User, at: datetime) -> list[Material]:
    """Keep files with a case: by the bureau, or by a unit that it was referred to; one that is there already stays as it is. Raises `NotTaken` beyond the caps, `Forbidden`."""
    _permitted(case, county, by, at, bureau="case.register")
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    # Whoever got no answer sends again: each file is there once.
    there = Material.objects.filter(case=case, kind=kind.value)
    known = [(named, uploads.same(there, named[1], county=county)) for named in files]
    fresh = [named for named, row in known if row is None]
    made = keep(case=case, kind=kind, files=fresh, county=county, by=by, at=at) if fresh else []
    return [row for _named, row in known if row is not None] + made


def keep(*, case: Case, kind: MaterialKind, files: Sequence[Named], county: County, by: User, at: datetime) -> list[Material]:
    """The same for an action that has asked who may, with the case locked or new. Raises `NotTaken` beyond the caps."""
    there = Material.objects.filter(case=case).count()
    if there + len(files) > MOST_OF_A_CASE:
        raise NotTaken(
            _("一件事项最多保存 %(most)d 份材料，现在已有 %(count)d 份。请合并成一个 PDF 再传。")
            % {"most": MOST_OF_A_CASE, "count": there}
        )
    made = []
    with stored.all_or_none():
        for name, file in files:
            row = Material(case=case, kind=kind.value, added_by=by)
            uploads.keep(row, name=name, material=file, county=county, at=at)
            facts = {"material": str(row.uid), "kind": kind.value}
            journal.record(act="material.add", object=f"case {case.number}", by=by, at=at, facts=facts)
            made.append(row)
    return made


def open_for(*, material: Material, county: County, by: User, at: datetime) -> Opened:
    """A case's file for whoever may read it; the journal says who opened it. Raises `Forbidden`, `Refused` where the file is lost."""
    _permitted(material.case, county, by, at, bureau="material.read")
    found = uploads.opened(material, county=county)
    journal.record(act="material.read", object=f"case {material.case.number}", by=by, at=at, facts={"material": str(material.uid)})
    return found


def named(rows: Iterable[SealedFile], *, county: County) -> list[tuple[SealedFile, str]]:
    """Files, each with what its sender called it."""
    return [(row, uploads.name_of(row, county=county)) for row in rows]


def _permitted(case: Case, county: County, by: User, at: datetime, *, bureau: str) -> None:
    """The bureau by its own permission, a unit by what was referred to it; nobody who stepped back."""
    if permits(by.roles(on=at.astimezone(county.zone).date()), bureau):
        require(bureau, county=county, by=by, at=at)
        if Recusal.objects.filter(case=case, user=by).exists():
            raise Forbidden(_("您已回避这一事项，请由其他人员办理。"))
    else:
        units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at, lead=False)
