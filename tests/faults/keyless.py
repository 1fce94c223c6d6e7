"""The portal without the look for a form that was sent before: what a lost answer is measured against. Never served but by its test."""

import uuid

from config.wsgi import application
from reception.actions import drafts, submissions

__all__ = ["application"]


def _send_anew(*, draft, wait, county, by, at):
    """What a naive form does: book whatever is sent."""
    typed = drafts.contents(draft, county=county)
    anew = {"key": uuid.uuid4(), "county": county, "by": by, "at": at, "wait": wait}
    return submissions.submit(sitting=draft.sitting, request=drafts._request(typed), **anew)


drafts.submit = _send_anew
