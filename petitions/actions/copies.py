"""A petitioner's copy of everything the county holds about their own case: at the counter, or on their own page after number and code."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions import words
from petitions.actions import cases, disclosures
from petitions.models import Case, Minutes
from reception.actions import identities, journal
from reception.actions.permissions import require
from reception.errors import Refused
from reception.models import County, Entry, Identity, User

FORMAT = "reception-day-copy/1"


def give(*, case: Case, reason: str, county: County, by: User, at: datetime) -> dict[str, Any]:
    """The copy for the petitioner who stands at the counter. It names them, so it is a reading with its reason, and in the journal."""
    require("identity.read", county=county, by=by, at=at)
    if not reason.strip():
        raise Refused(_("请写明怎样核对了本人身份。理由会记入日志，信访人可以看到。"))
    row = cases.locked(case)
    if row.identity.wrapped is not None:
        identities.read(identity=row.identity, reason=reason, county=county, by=by, at=at)
    journal.record(act="copy.give", object=f"case {row.number}", by=by, at=at, reason=reason.strip()[:300])
    return _contents(row, county, at)


def take(*, case: Case, county: County, by: User, at: datetime) -> dict[str, Any]:
    """The copy that the petitioner takes themselves, having given number and code. `by` is the system's own account."""
    require("case.own", county=county, by=by, at=at)
    row = cases.locked(case)
    journal.record(act="copy.take", object=f"case {row.number}", by=by, at=at)
    return _contents(row, county, at)


def _contents(case: Case, county: County, at: datetime) -> dict[str, Any]:
    people = [case.identity, *(row.identity for row in case.representatives.select_related("identity").order_by("position"))]
    booking = case.booking
    return {
        "format": FORMAT,
        "made_at": journal.moment(at),
        "county": county.name,
        "bureau": county.bureau,
        "number": case.number,
        "status": str(case.get_status_display()),
        "kind": str(case.get_kind_display() or ""),
        "way_in": str(case.get_way_in_display()),
        "topic": case.topic.name,
        "received_on": case.received_on.isoformat(),
        "registered_at": journal.moment(case.registered_at),
        "people": case.people,
        "matter": case.matter,
        "wish": case.wish,
        "complains_of": [one.name for one in (case.accused_leader, case.accused_department, case.accused_user) if one],
        "petitioner": _person(people[0], county),
        "representatives": [_person(one, county) for one in people[1:]],
        "booking": {"day": booking.day.isoformat(), "leader": booking.leader.name, "state": str(booking.get_state_display())}
        if booking
        else None,
        "steps": [
            {
                "at": journal.moment(step.at),
                "what": words.done(step.action),
                "state": str(step.get_after_display()),
                "why": step.reason,
            }
            for step in case.steps.order_by("n")
        ],
        "clocks": [
            {
                "name": words.name(clock.kind),
                "from": clock.started_on.isoformat(),
                "until": clock.due_on.isoformat(),
                "how": words.how_for_petitioner(clock),
            }
            for clock in case.deadlines.order_by("started_on", "pk")
        ],
        "receptions": [
            {"version": one.version, "leader": one.leader.name, "asked": one.asked, "said": one.said, "hash": one.hash}
            for one in Minutes.objects.filter(case=case).select_related("leader").order_by("booking", "version")
        ],
        "documents": [
            {"kind": str(one.get_kind_display()), "year": one.year, "n": one.n, "on": one.issued_on.isoformat(), "said": one.said}
            for one in case.documents.filter(for_petitioner=True).order_by("issued_on", "pk")
        ],
        "materials": [
            {
                "kind": str(one.get_kind_display()),
                "kept_at": journal.moment(one.kept_at),
                "bytes": one.size,
                "destroyed": not one.wrapped,
            }
            for one in case.materials.order_by("kept_at", "pk")
        ],
        "read_by": _readings(people),
        "opened_to": [
            {
                "from": journal.moment(one.agreed_at),
                "until": journal.moment(one.ended_at or one.ends_at),
                "to": one.to.name,
                "why": one.reason,
            }
            for one in disclosures.openings(case)
            if one.agreed_at and one.ends_at
        ],
    }


def _person(identity: Identity, county: County) -> dict[str, str]:
    """In clear, or that it was destroyed."""
    if identity.wrapped is None:
        return {"name": _("（已销毁）")}
    return asdict(identities.opened(identity, county=county))


def _readings(people: list[Identity]) -> list[dict[str, str]]:
    entries = Entry.objects.filter(act="identity.read", object__in=[f"identity {one.uid}" for one in people]).order_by("n")
    names = dict(User.objects.filter(username__in={entry.actor for entry in entries}).values_list("username", "name"))
    return [{"at": journal.moment(one.at), "who": names.get(one.actor, one.actor), "why": one.reason} for one in entries]
