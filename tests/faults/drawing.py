"""Files drawn anew, each in a process of its own that is forked from one that has the libraries loaded and nothing else.

``python -m tests.faults.drawing`` reads files from standard input and says what came of each. A child does what
``reception/remaking.py`` does when it is started: it limits itself, reads, draws and writes.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Outcome:
    """What came of a file: the exit status (negative for a signal), the bytes, and what it cost."""

    status: int
    made: bytes
    seconds: float
    processor_seconds: float
    megabytes: float


class Drawing:
    """The process that has the libraries loaded. `memory` in MiB is allowed instead of what the portal allows; 0 for that."""

    def __init__(self, seconds, memory=0):
        command = [sys.executable, "-m", "tests.faults.drawing", str(seconds), str(memory)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def drawn(self, data, kind):
        self.process.stdin.write(f"{kind} {len(data)}\n".encode() + data)
        self.process.stdin.flush()
        *told, size = json.loads(self.process.stdout.readline())
        return Outcome(told[0], self.process.stdout.read(size), *told[1:])


def child(remaking, kind, files):
    """Never comes back."""
    status = 1
    try:
        for end, stream in enumerate(files):
            os.dup2(stream, end)
        os.closerange(3, 256)
        sys.argv = ["remaking.py", kind]
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
        status = remaking.main()
        sys.stdout.flush()
    finally:
        os._exit(status)


def draw(remaking, data, kind, patience):
    into, (out, end) = os.memfd_create("file"), os.pipe()
    os.write(into, data)
    os.lseek(into, 0, os.SEEK_SET)
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        child(remaking, kind, (into, end, os.open(os.devnull, os.O_WRONLY)))
    os.close(into)
    os.close(end)
    made = bytearray()
    while time.monotonic() < began + patience:
        if select.select([out], [], [], 1)[0]:
            part = os.read(out, 1 << 20)
            if not part:
                break
            made += part
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(out)
    _pid, status, used = os.wait4(pid, 0)
    told = [os.waitstatus_to_exitcode(status), time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]
    return told, bytes(made)


def main():
    import pypdfium2
    from PIL import ImageOps, JpegImagePlugin, PngImagePlugin

    from reception import remaking

    loaded = (pypdfium2, ImageOps, JpegImagePlugin, PngImagePlugin)
    patience, memory = float(sys.argv[1]), int(sys.argv[2])
    if memory:
        limits = {**dict(remaking.LIMITS), remaking.resource.RLIMIT_AS: memory * 2**20}
        remaking.LIMITS = tuple(limits.items())
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    while loaded and (line := incoming.readline()):
        kind, size = line.decode().split()
        told, made = draw(remaking, incoming.read(int(size)), kind, patience)
        outgoing.write(json.dumps([*told, len(made)]).encode() + b"\n" + made)
        outgoing.flush()


if __name__ == "__main__":
    main()
