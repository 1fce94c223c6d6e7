"""``manage.py run_messages``: keep the messages going without Celery and its broker, by one process or by several at once."""

import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import Error, connection

from reception import rounds

log = structlog.get_logger(__name__)

SWEEP, LOOK, ALL_DUE = 30.0, 2.0, 600.0


class Command(BaseCommand):
    help = (
        "Find what should be said in every county and send what is due, until stopped; --once does it once. Any number may run at the "
        "same time, beside Celery or instead of it."
    )
    # It serves no page: to look all of them over takes a third of its start, and it is started anew whenever it died.
    requires_system_checks = []

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
                sent = rounds.once(is_sweeping=is_due, is_settling=is_settling, is_stopping=stopping.is_set)
            except Error as error:
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
