"""Where a person is led after signing in, and what is said to those for whom a page is not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from reception.models import User
from reception.roles import permits


def arrive(request: HttpRequest) -> HttpResponse:
    """Leaders and their secretaries to their desk, everyone else to the staff's site."""
    user = request.user
    assert isinstance(user, User)
    address = desk(user)
    if address and not user.is_staff:
        return redirect(address)
    return redirect("admin:index")


def closed(request: HttpRequest) -> HttpResponse:
    """The staff's site, for someone signed in who has nothing there (403)."""
    user = request.user
    assert isinstance(user, User)
    return render(request, "account/closed.html", {"desk": desk(user), "roles": bool(user.held)}, status=403)


def desk(user: User) -> str:
    """The address of the desk; empty for those who have none."""
    try:
        return reverse("reception:desk") if permits(user.held, "desk.view") else ""
    except NoReverseMatch:
        return ""
