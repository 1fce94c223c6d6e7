from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceptionConfig(AppConfig):
    name = "reception"
    verbose_name = _("领导接访")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The sign-in library's signals are heard from here on; the outbox learns what follows from this room's tables."""
        # They need the models, which are loaded by now.
        from reception import checks, hooks, news, sessions, visitors  # noqa: F401, PLC0415
        from reception.actions import deriving, messages  # noqa: PLC0415
        from reception.models import DIGEST  # noqa: PLC0415

        if news.letters not in deriving.LAST:
            deriving.SOURCES += [deriving.occasions, visitors.visits, visitors.changes]
            deriving.LAST.append(news.letters)
        messages.AFTER |= {DIGEST: news.gathered, "visit_changed": visitors.told}
