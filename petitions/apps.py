from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from reception import demo, opened, scope


class PetitionsConfig(AppConfig):
    name = "petitions"
    verbose_name = _("信访事项")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What the room below asks this one for: numbers that lead to a county, codes that open a case, files, walls, what the desk
        shows beside a leader's days, a demo; and who does what was signed."""
        # They need the models, which are loaded by now; the actions register what they carry out.
        from petitions import demo_cases, instructions, walls  # noqa: PLC0415
        from petitions.actions import closing, extensions, handling, recounts, reviews, screening, withdrawals  # noqa: F401, PLC0415
        from petitions.demo import make  # noqa: PLC0415
        from petitions.models import Case, Material  # noqa: PLC0415
        from petitions.models.cases import of_booking  # noqa: PLC0415
        from reception import duties  # noqa: PLC0415
        from reception.actions import opening, tracking, uploads  # noqa: PLC0415

        walls.build()
        if "petitions_case" not in scope.number_tables:
            scope.number_tables.append("petitions_case")
        if Case not in tracking.TABLES:
            tracking.TABLES.append(Case)
        if of_booking not in opening.BECAME:
            opening.BECAME.append(of_booking)
        opened.PAGES["case"] = "petitions:track_case"
        if Material not in uploads.TABLES:
            uploads.TABLES.append(Material)
        if instructions.beside not in duties.BESIDE:
            duties.BESIDE.append(instructions.beside)
        for more in (make, demo_cases.make):
            if more not in demo.MORE:
                demo.MORE.append(more)
