"""Celery: it only wakes the work up. What is due, and when, is asked of the database; no result is kept, no time is stored."""

import os

from celery import Celery

from config import patience, secret_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A worker serves no page and would not even say what it found: to look all of them over is a third of its start.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

BROKER = secret_files.environment(os.environ).get("REDIS_URL", "")
app = Celery("reception_day")
app.config_from_object(
    {
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "worker_hijack_root_logger": False,
        # Letters of the console mail backend stay letters, and out of the log.
        "worker_redirect_stdouts": False,
        "worker_prefetch_multiplier": 1,
        "broker_connection_retry_on_startup": True,
        # A hint that can't be delivered at once is not worth waiting for: the next tick comes anyway.
        "broker_url": BROKER,
        "broker_transport_options": {**patience.valkey(BROKER), "max_retries": 1},
        "task_publish_retry": False,
        "timezone": "UTC",
        "beat_schedule": {
            "send-messages": {"task": "reception.tasks.send_messages", "schedule": 30.0, "options": {"expires": 25}},
            # What was done already is not done again, so a round that is lost costs nothing, and one too many neither.
            "settle": {"task": "reception.tasks.settle", "schedule": 600.0, "options": {"expires": 590}},
        },
    }
)
app.autodiscover_tasks(["reception"])
