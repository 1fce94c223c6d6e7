"""How many messages whoever is signed in has not read, for the head of their pages."""

from typing import Any

from django import template
from django.utils import timezone

from reception import own_messages, scope
from reception.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def unread(context: template.Context) -> int:
    """The count for the person of the request; none outside their county."""
    user: Any = getattr(context.get("request"), "user", None)
    if not isinstance(user, User) or user.county is None:
        return 0
    with scope.county(user.county):
        return own_messages.unread(user, at=timezone.now()).count()
