"""The whole file of a case: all that belongs to it, in two questions to the database however much that is.

The page of a case shows twenty tables; asked for one by one they took longer than drawing it.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q

from petitions.models import (
    Answer,
    Case,
    Deadline,
    Delivery,
    Document,
    Extension,
    Material,
    Minutes,
    Objection,
    Opinion,
    Pause,
    Progress,
    Proposal,
    Rating,
    Recusal,
    Referral,
    Representative,
    Review,
    Stop,
    Supervision,
    Task,
)
from reception.models import Department, Identity, Leader, User, together

# What rows of the case name besides each other.
NAMED: tuple[type[Any], ...] = (User, Department, Leader, Identity)
# What a row of the case has one of, or none.
ONES = {"referrals": ["objection"], "documents": ["delivery"], "deadlines": ["stop", "extension", "superseded_by"]}


def opened(case: Case) -> Case:
    """The case with its rows at hand: `case.steps.all()` and the like, in the order in which the page tells them.

    `actors(case)` then tells the names behind the accounts that took its steps.
    """
    lists = {
        "steps": case.steps.order_by("n"),
        "referrals": Referral.objects.filter(case=case).order_by("-round", "-is_lead", "pk"),
        "recusals": Recusal.objects.filter(case=case).order_by("at", "pk"),
        "representatives": Representative.objects.filter(case=case).order_by("position"),
        "materials": Material.objects.filter(case=case).order_by("kept_at", "pk"),
        "proposals": Proposal.objects.filter(case=case).order_by("asked_at", "pk"),
        "documents": Document.objects.filter(case=case).order_by("-issued_on", "-pk"),
        "deadlines": Deadline.objects.filter(case=case).order_by("pk"),
        "pauses": Pause.objects.filter(case=case).order_by("starts_on", "pk"),
        "opinions": Opinion.objects.filter(case=case).order_by("-version"),
        "reviews": Review.objects.filter(case=case),
        "supervisions": Supervision.objects.filter(case=case),
        "ratings": Rating.objects.filter(case=case),
        "minutes": Minutes.objects.filter(case=case).order_by("-version"),
    }
    parts = (
        Progress.objects.filter(referral__case=case).order_by("at", "pk"),
        Answer.objects.filter(opinion__case=case).order_by("position"),
        Task.objects.filter(minutes__case=case),
        Objection.objects.filter(referral__case=case),
        Delivery.objects.filter(case=case),
        Stop.objects.filter(deadline__case=case),
        Extension.objects.filter(case=case),
    )
    found = together.fetch(*lists.values(), *parts)
    rows = dict(zip(lists, found, strict=False))
    progress, answers, tasks, *_ones = found[len(lists) :]
    every = [row for part in found for row in part]
    named = _named(every, {step.actor for step in rows["steps"]})
    together.link([case, *every, *named])
    case.__dict__["_actors"] = {row.username: str(row) for row in named if isinstance(row, User)}
    for name, held in rows.items():
        together.hold(case, name, held)
    _inside(rows["referrals"], "progress", progress, "referral_id")
    _inside(rows["opinions"], "answers", answers, "opinion_id")
    _inside(rows["minutes"], "tasks", tasks, "minutes_id")
    for name, ones in ONES.items():
        for row in rows[name]:
            for one in ones:
                together.hold_one(row, one)
    return case


def actors(case: Case) -> dict[str, str]:
    """The name of whoever took a step of an opened case, by account; of an account that is gone there is none."""
    found: dict[str, str] = case.__dict__["_actors"]
    return found


def _named(rows: Iterable[Model], accounts: set[str]) -> list[Model]:
    """The people and units that rows name, once each, and whoever has one of the accounts."""
    ids: dict[Any, set[int]] = {model: set() for model in NAMED}
    for row in rows:
        for field in row._meta.concrete_fields:
            if field.is_relation and field.related_model in ids:
                ids[field.related_model].add(getattr(row, field.attname))
    wanted = {model: Q(pk__in=of - {None}) for model, of in ids.items()}
    wanted[User] |= Q(username__in=accounts)
    found = together.fetch(*(model.objects.filter(which) for model, which in wanted.items()))
    return [row for part in found for row in part]


def _inside(parents: Iterable[Model], name: str, rows: list[Any], by: str) -> None:
    for parent in parents:
        together.hold(parent, name, [row for row in rows if getattr(row, by) == parent.pk])
