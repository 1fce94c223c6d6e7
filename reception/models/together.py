"""Rows of many tables in one question to the database, for a page that shows all that belongs to one thing."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BinaryField, GeneratedField, Model, QuerySet


def fetch(*wanted: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each queryset, in its order. Managers and row-level security hold as for each by itself.

    A queryset here is of whole rows of its own table: it has no `select_related`, annotations or prefetching. `link` joins what came.
    """
    asked: dict[int, str] = {}
    given: list[Any] = []
    for place, rows in enumerate(wanted):
        try:
            sql, parameters = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        asked[place] = f"(SELECT json_agg(r) FROM ({sql}) r)::text"  # noqa: S608  the ORM's own text, its values apart
        given += parameters
    found: list[list[Any]] = [[] for _rows in wanted]
    if asked:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(asked.values()), given)
            answers = cursor.fetchone()
        for place, answer in zip(asked, answers, strict=True):
            found[place] = _rows(wanted[place].model, json.loads(answer or "[]"))
    return found


def _rows(model: type[Model], written: list[dict[str, Any]]) -> list[Model]:
    fields: tuple[Any, ...] = tuple(model._meta.concrete_fields)
    names = [field.attname for field in fields]
    return [model.from_db(connection.alias, names, [_value(field, one[field.column]) for field in fields]) for one in written]


def _value(field: Any, written: Any) -> Any:
    """A value as the field has it, from how PostgreSQL writes it in JSON: bytes as \\x and their digits."""
    if written is not None and isinstance(field, BinaryField):
        return bytes.fromhex(written.removeprefix("\\x"))
    known: Any = field.output_field if isinstance(field, GeneratedField) else field
    return known.to_python(written)


def link(rows: Iterable[Model]) -> None:
    """Let each row that names another of them by a foreign key have it at hand, and a one-to-one the other way round, too."""
    found = list(rows)
    known: dict[tuple[Any, Any], Model] = {(type(row), row.pk): row for row in found}
    for row in found:
        for field in row._meta.concrete_fields:
            if field.is_relation and (one := known.get((field.related_model, getattr(row, field.attname)))):
                setattr(row, field.name, one)


def hold(parent: Model, name: str, rows: list[Any]) -> None:
    """Let `parent.name.all()` be these rows, as Django's own prefetching does."""
    held = getattr(parent, name).all()
    held._result_cache, held._prefetch_done = rows, True
    parent.__dict__.setdefault("_prefetched_objects_cache", {})[name] = held


def hold_one(parent: Model, name: str) -> None:
    """Let the one-to-one `parent.name` be none where `link` found none, without asking the database."""
    field: Any = parent._meta.get_field(name)
    if not field.is_cached(parent):
        field.set_cached_value(parent, None)
