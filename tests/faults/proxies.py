"""A line to PostgreSQL that is cut where it hurts most: between the COMMIT and its answer."""

import os
import socket
import threading
from contextlib import suppress

import psycopg2

# A simple query that says COMMIT and nothing else, as the driver sends it: of PostgreSQL's protocol no more is read than this.
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
PASS, SWALLOWED, LOST = "pass", "swallowed", "lost"


def plan(chance, cuts, passes):
    """So many commits of which the server never hears, as many whose answer is lost, and those that go well, in a random order."""
    found = [SWALLOWED] * cuts + [LOST] * cuts + [PASS] * passes
    chance.shuffle(found)
    return found


class Proxy:
    """Passes everything on. Of the transactions in which one of `marks` was said, each meets the next fate that is planned at its end:
    the COMMIT is swallowed, or the server has answered it and the answer is lost; both times the line is gone. `met` has what was met."""

    def __init__(self, planned, *marks):
        self.planned, self.marks, self.met = list(planned), marks, []
        self.lock, self.open = threading.Lock(), []
        with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as server:
            self.upstream = f"{server.info.host}/.s.PGSQL.{server.info.port}"
        server.close()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def address(self, database):
        """The database's address through here, for the application's role."""
        return f"postgresql://reception_app@127.0.0.1:{self.port}/{database}"

    def __enter__(self):
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *error):
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for line in self.open:
            line.hang_up()

    def _listen(self):
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.upstream)
            line = _Line(self, client, server)
            self.open.append(line)
            for work in (line.up, line.down):
                threading.Thread(target=work, daemon=True).start()

    def fate(self, said):
        """What becomes of a transaction in which this was said."""
        if not any(mark in said for mark in self.marks):
            return PASS
        with self.lock:
            met = self.planned.pop(0) if self.planned else PASS
            self.met.append(met)
        return met


class _Line:
    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server, self.is_losing = proxy, client, server, False

    def hang_up(self):
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def up(self):
        said = b""
        with suppress(OSError):
            while data := self.client.recv(65536):
                said += data
                if said.endswith(COMMIT):
                    met, said = self.proxy.fate(said), b""
                    if met == SWALLOWED:
                        break
                    self.is_losing = met == LOST
                self.server.sendall(data)
        # Whoever waits for an answer that is to be lost hangs up once the server has given it.
        if not self.is_losing:
            self.hang_up()

    def down(self):
        with suppress(OSError):
            while (data := self.server.recv(65536)) and not self.is_losing:
                self.client.sendall(data)
        self.hang_up()
