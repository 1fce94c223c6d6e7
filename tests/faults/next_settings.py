"""The settings of somebody who migrates to an imagined next release."""

from config.settings import *  # noqa: F403

MIGRATION_MODULES = {"reception": "tests.faults.next_release"}
