from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from reception import deeds, demo, opened, scope


class PetitionsConfig(AppConfig):
    name = "petitions"
    verbose_name = _("信访事项")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What the room below asks this one for: numbers that lead to a county, codes that open a case, files, walls, what the desk
        shows beside a leader's days, a demo; and who does what was signed."""
        # They need the models, which are loaded by now; the actions register what they carry out.
        from petitions import clock_news, demo_cases, instructions, reminders, walls  # noqa: PLC0415
        from petitions import sweeps as own  # noqa: PLC0415
        from petitions.actions import (  # noqa: F401, PLC0415
            briefings,
            closing,
            documents,
            exports,
            extensions,
            handling,
            receptions,
            recounts,
            results,
            reviews,
            screening,
            withdrawals,
        )
        from petitions.deeds import ACTS  # noqa: PLC0415
        from petitions.demo import make  # noqa: PLC0415
        from petitions.models import Case, ExportFile, Material  # noqa: PLC0415
        from petitions.models.cases import of_booking  # noqa: PLC0415
        from reception import duties, news, visitors  # noqa: PLC0415
        from reception.actions import deriving, looks, opening, proofs, sweeps, tracking, uploads  # noqa: PLC0415

        walls.build()
        deeds.ACTS |= ACTS
        _add(scope.number_tables, "petitions_case")
        _add(tracking.TABLES, Case)
        _add(opening.BECAME, of_booking)
        opened.PAGES["case"] = "petitions:track_case"
        _add(uploads.TABLES, ExportFile, Material)
        _add(duties.BESIDE, instructions.beside)
        looks.ACTS.add("case.find")
        _add(deriving.SOURCES, reminders.clocks, reminders.to_petitioners)
        _add(sweeps.DUE, *own.DUE)
        _add(sweeps.WAITED_FOR, *own.WAITED_FOR)
        _add(sweeps.PUT_AWAY, *own.PUT_AWAY)
        _add(sweeps.AT_NIGHT, *own.AT_NIGHT)
        _add(proofs.KEPT, receptions.faults, documents.faults, results.faults)
        news.LINES["clock"] = clock_news.lines
        visitors.MORE |= {"case_document": clock_news.document, "case_right": clock_news.right}
        _add(demo.MORE, make, demo_cases.make)


def _add(drawer: list[Any], *ones: Any) -> None:
    """Once each, however often the room is made ready."""
    drawer += [one for one in ones if one not in drawer]
