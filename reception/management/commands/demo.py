"""``manage.py demo``: when there is no county yet, import the fictitious one, plan its years and publish them."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from reception import clock, demo, scope
from reception.actions import deriving, imports, planning, releases, sweeps
from reception.demo import PASSWORD, WORKBOOK, bookings
from reception.models import County, RoleGrant, User
from reception.roles import LABELS, Role
from reception.workbooks import checking, reading

# In the demo county only; a real county asks its leaders five days before.
ASKED_AHEAD = 45


class Command(BaseCommand):
    help = "Make the demo county when there is no county. Its logins have a known password, so it is refused without DEMO=1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print the demo logins")

    def handle(self, *args: Any, logins: bool, **options: Any) -> None:
        if logins:
            self._logins()
        elif County.objects.exists():
            self.stdout.write("  demo | there is a county already")
        elif not settings.DEMO:
            raise CommandError("the demo's logins have a known password: set DEMO=1 to have them, and never on a real server")
        else:
            self._make()

    def _make(self) -> None:
        now = timezone.now()
        year = timezone.localdate().year
        self._say("importing the fictitious county 澄河县 from its workbook")
        clean, problems = checking.check(reading.read(WORKBOOK), known={})
        if problems:
            raise CommandError(f"the demo workbook has problems: {problems[0]}")
        system = User.objects.system()
        county = imports.store(clean=clean, by=system, at=now).county
        with scope.county(county):
            for person in User.objects.filter(county=county):
                person.set_password(PASSWORD)
                person.save()
            clerk = User.objects.get(username="demo-clerk")
            chief = User.objects.get(username="demo-chief")
        for number, (planned, note, note_en) in enumerate(
            [
                (year, f"公布{year}年接访安排。", f"The roster of {year}."),
                (year + 1, f"公布{year + 1}年接访安排。", f"The roster of {year + 1}."),
            ]
        ):
            self._say(f"planning {planned} and publishing it")
            at = now + timedelta(seconds=number)
            planning.plan_year(county=county, year=planned, by=clerk, at=at)
            draft = releases.draft(county=county, by=clerk, at=at, note=note, note_en=note_en)
            releases.submit(release=draft, county=county, by=clerk, at=at)
            releases.approve(release=draft, county=county, by=chief, at=at)
            late = ("演示数据在安装时公布。", "The demo is published when it is installed.")
            releases.publish(release=draft, county=county, by=chief, at=at, late_reason=late[0], late_reason_en=late[1])
        self._say("booking fictitious visits for the next day")
        with scope.county(county):
            bookings.make(county=county, at=now + timedelta(seconds=2))
        self._say("asking the leaders who receive next")
        # A month and a holiday ahead, where a real county asks five days ahead: so the desk always has something to answer.
        county.tell_leaders_days_before = ASKED_AHEAD
        # Who re-reviews what the county's government reviewed; the workbook does not ask.
        county.upper_government = "澄河市人民政府"
        county.save()
        sweeps.remind(county=county, by=system, at=now + timedelta(seconds=2))
        for more in demo.MORE:
            self._say(f"{more.__module__}: {more(county, now + timedelta(seconds=3))} made")
        self._say(f"reminders: {deriving.sweep(county=county, by=system, at=clock.now())} made")

    def _logins(self) -> None:
        if not settings.DEMO:
            return
        for county in County.objects.filter(slug="chenghe"):
            with scope.county(county):
                rows = [
                    (grant.user.username, Role(grant.role))
                    for grant in RoleGrant.objects.filter(user__username__startswith="demo-").select_related("user")
                ]
            self.stdout.write(f"\n  工作人员登录 Staff login: {settings.SITE_URL}/admin/    密码 password: {PASSWORD}")
            for username, role in rows:
                with translation.override("zh-hans"):
                    self.stdout.write(f"    {username:<24}{LABELS[role]}")

    def _say(self, words: str) -> None:
        self.stdout.write(f"  demo | {words}")
        self.stdout.flush()
