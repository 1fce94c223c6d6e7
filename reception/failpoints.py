"""Points at which a test lets a process die, stop, sleep or fail: ``FAILPOINT=after_claim:kill`` or ``after_accept:sleep:5``.

Nothing happens at any of them unless the environment names it.
"""

import os
import signal
import time

NAMES = ("in_sweep", "after_claim", "before_send", "after_accept", "after_finish")


class Failed(RuntimeError):
    """What a point raises that was told to fail."""


def failpoint(name: str) -> None:
    """Do what the environment asks for at this point. Raises `Failed` where that is ``fail``."""
    armed = os.environ.get("FAILPOINT")
    if not armed:
        return
    point, _colon, what = armed.partition(":")
    if point != name:
        return
    deed, _colon, argument = what.partition(":")
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif deed == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif deed == "sleep":
        time.sleep(float(argument))
    else:
        raise Failed(name)
