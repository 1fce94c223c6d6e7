"""``manage.py plan_year COUNTY YEAR``: plan a county's year in turn, and show why each turn is whose it is."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reception import scope, turns
from reception.actions import planning
from reception.errors import Refused
from reception.management import arguments
from reception.models import Sitting, User


class Command(BaseCommand):
    help = "Plan a county's year in turn. What is published or held stays; planning twice is planning once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.county(parser)
        parser.add_argument("year", type=arguments.year, help="the year to plan, for example 2027")
        arguments.language(parser)

    def handle(self, *args: Any, county: str, year: int, language: str, **options: Any) -> None:
        with translation.override(language):
            found = arguments.find(county)
            try:
                plan = planning.plan_year(county=found, year=year, by=User.objects.system(), at=timezone.now())
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal
            with scope.county(found):
                for day in plan.days:
                    self.stdout.write(f"{day.day} {day.get_state_display()} · {day.get_status_display()}")
                    for sitting in Sitting.objects.filter(day=day).select_related("rotation", "post", "leader"):
                        self.stdout.write(
                            f"    {sitting.rotation or ''} {sitting.leader}（{sitting.post}）"
                            + " ".join(turns.sentences(sitting.turn))
                        )
            self.stdout.write(_("%(year)s 年改动 %(count)d 处。") % {"year": year, "count": len(plan.changes)})
