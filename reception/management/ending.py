"""A command that opens something for a while takes it away before it ends, also when it is told to end."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def tidily() -> Iterator[None]:
    """SIGTERM leaves the block as an error does, with the status a shell gives it. Without this a process ends in the middle, and the
    first of a container is killed later. For the main thread alone."""
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
