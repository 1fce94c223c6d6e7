"""A header for every answer: what is not public may not be drawn into another site's pages."""

from django.http import HttpRequest, HttpResponse

from reception.doors import Middleware


class OwnPagesOnly(Middleware):
    """Answers that no cache may share are for pages of this site alone, as pictures or scripts too."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = super().__call__(request)
        if "public" not in response.headers.get("Cache-Control", ""):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
