"""``manage.py run_messages``: keep the messages going without Celery and its broker, by one process or by several at once."""

import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from reception import clock, sending
from reception.actions import deriving, sweeps
from reception.models import County, User

log = structlog.get_logger(__name__)

SWEEP, LOOK, ALL_DUE = 30.0, 2.0, 600.0


class Command(BaseCommand):
    help = (
        "Find what should be said in every county and send what is due, until stopped; --once does it once. Any number may run at the "
        "same time, beside Celery or instead of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="once through every county, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        swept = settled = float("-inf")
        while not stopping.is_set():
            now = time.monotonic()
            is_due, is_settling = now - swept >= SWEEP, now - settled >= ALL_DUE
            try:
                sent = self._round(stopping, is_due, is_settling)
            except DatabaseError as error:
                # The database is away: it will be back, and so will we.
                if once:
                    raise
                log.warning("the database is away", error=type(error).__name__)
                connection.close()
                sent = 0
            else:
                swept, settled = (now if is_due else swept), (now if is_settling else settled)
            if once:
                self.stdout.write(f"{sent} sent")
                return
            stopping.wait(0 if sent else LOOK)

    def _round(self, stopping: threading.Event, is_due: bool, is_settling: bool) -> int:
        """Once through every county; how many messages were sent."""
        sent = 0
        for county in County.objects.all():
            if stopping.is_set():
                break
            if is_settling:
                sweeps.all_due(county=county, by=User.objects.system(), at=clock.now())
            if is_due:
                deriving.sweep(county=county, by=User.objects.system(), at=clock.now())
            sent += sending.send_due(county, now=clock.now)
        return sent
