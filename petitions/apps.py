from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from reception import demo, scope


class PetitionsConfig(AppConfig):
    name = "petitions"
    verbose_name = _("信访事项")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A case's number leads to its county like a booking's, and the demo county has receptions that are over."""
        from petitions.demo import make  # noqa: PLC0415  it needs the models, which are loaded by now

        if "petitions_case" not in scope.number_tables:
            scope.number_tables.append("petitions_case")
        if make not in demo.MORE:
            demo.MORE.append(make)
