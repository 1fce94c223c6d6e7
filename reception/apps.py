from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceptionConfig(AppConfig):
    name = "reception"
    verbose_name = _("领导接访")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from reception import hooks  # noqa: F401, PLC0415  the sign-in library's signals are heard from here on
