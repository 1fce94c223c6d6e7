"""A line to a server, which is cut when a message takes too long on it: however slowly the other side speaks, each has its end.

The time-out of a socket begins anew with every byte, so a server that sends one now and then would hold a sender for ever.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Cutter:
    """Holds on to whatever connection was opened last through it, under whatever encryption, to cut it from another thread."""

    def __init__(self) -> None:
        self._held: socket.socket | None = None
        self._until = float("inf")

    def connect(self, address: tuple[str, int], timeout: Any = None, source: Any = None) -> socket.socket:
        """What `socket.create_connection` does. Raises `OSError`, also where it came too late."""
        return self.hold(socket.create_connection(address, timeout, source))

    def hold(self, opened: socket.socket) -> socket.socket:
        """Take note of a connection that was just opened. Raises `TimeoutError` where it came too late."""
        try:
            self.check()
        except TimeoutError:
            opened.close()
            raise
        self.forget()
        # Another handle of the same connection: encryption takes the first one over and leaves it dead.
        self._held = opened.dup()
        return opened

    def check(self) -> None:
        """Asked before the one step that can't be taken back. Raises `TimeoutError` where it is too late, as after a long stop."""
        if time.monotonic() >= self._until:
            raise TimeoutError

    def forget(self) -> None:
        """Let go of the connection: it has been closed."""
        held, self._held = self._held, None
        if held is not None:
            held.close()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Whatever is done in the block ends in an `OSError` soon after so many seconds, if it waits for the other side."""
        self._until = time.monotonic() + seconds
        watch = threading.Timer(seconds, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            self._until = float("inf")

    def _cut(self) -> None:
        held = self._held
        if held is not None:
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
