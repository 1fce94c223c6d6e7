"""Points at which a test lets a process die, stop, sleep or fail: ``FAILPOINT=after_claim:kill`` or ``after_accept:sleep:5``.

``file_stored:kill:/a/file`` dies where that file is, once, and takes it away, so that what takes the process's place lives on. Several points are named with
commas between them.

Nothing happens at any of them unless the environment names it.
"""

import os
import signal
import time

NAMES = ("in_sweep", "after_claim", "before_send", "after_accept", "after_finish", "file_stored", "before_unlink", "before_answer")


class Failed(RuntimeError):
    """What a point raises that was told to fail."""


def failpoint(name: str) -> None:
    """Do what the environment asks for at this point. Raises `Failed` where that is ``fail``."""
    for armed in os.environ.get("FAILPOINT", "").split(","):
        point, _colon, what = armed.partition(":")
        if point == name:
            _do(name, what)


def _do(name: str, what: str) -> None:
    deed, _colon, argument = what.partition(":")
    if deed == "kill" and argument:
        try:
            os.unlink(argument)
        except FileNotFoundError:
            return
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif deed == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif deed == "sleep":
        time.sleep(float(argument))
    else:
        raise Failed(name)
