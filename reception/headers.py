"""A header for every answer: what is not public may not be drawn into another site's pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class OwnPagesOnly:
    """Answers that no cache may share are for pages of this site alone, as pictures or scripts too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "public" not in response.headers.get("Cache-Control", ""):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
