"""What is looked at before a page. A door is before each page that asks for an account; pages that everyone may see are let by unasked."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


class Middleware:
    """Lets everything by; those that follow from it say what they look at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class Door(Middleware):
    """Middleware that may answer in place of a page that asks for an account."""

    def process_view(self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponse | None:
        return self.answer(request, view) if getattr(view, "login_required", True) else None

    def answer(self, request: HttpRequest, view: View) -> HttpResponse | None:
        """The answer in place of the page; None lets it be shown."""
        raise NotImplementedError
