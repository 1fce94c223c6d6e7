"""Sessions: each knows whose it is, so that its owner can look them over and end one."""

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from reception.models.people import User


class Session(AbstractBaseSession):
    """A browser in which somebody works, or has opened their case. `user` is empty where nobody has signed in."""

    # Sessions are written before any county is known; the row of the person is behind its wall then, and is never deleted.
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, db_constraint=False, related_name="+")

    class Meta(AbstractBaseSession.Meta):
        db_table = "reception_session"
        verbose_name = "登录"
        verbose_name_plural = "登录"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from reception.session_store import SessionStore  # noqa: PLC0415  it needs this model

        return SessionStore
