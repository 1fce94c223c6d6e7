"""`make run`: everything under one parent, on this machine only.

Servers, migrations, a demo county when there is none, then web, worker and beat as children. A child that ends is started
again; Ctrl-C ends all; after `kill -9` of the parent the kernel ends the children, and the next start attaches to the servers.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from config import embedded
from config.environment import Unfit, prepare

FREE_SPACE = 500 * 1024 * 1024
PR_SET_PDEATHSIG = 1


def main() -> int:
    """Serve until told to stop. 0 after Ctrl-C; 1, and a sentence, when it could not serve."""
    data_dir = Path(os.environ.get("DATA_DIR") or ".data").resolve()
    try:
        port = _port(os.environ.get("PORT") or "8000")
        _space(data_dir)
        _alone(data_dir)
        _free(port)
        _say("starting the database and the broker")
        environment = prepare(data_dir)
    except (Unfit, OSError, RuntimeError, subprocess.SubprocessError) as error:
        print(f"\n  {error}\n", file=sys.stderr)
        return 1
    try:
        return _serve(data_dir, port, environment)
    except subprocess.CalledProcessError as error:
        print(f"\n  `{' '.join(error.cmd)}` failed; the lines above say why.\n", file=sys.stderr)
        return 1
    finally:
        embedded.stop(data_dir)
        _lock(data_dir).unlink(missing_ok=True)


def _serve(data_dir: Path, port: int, environment: dict[str, str]) -> int:
    environment.setdefault("DEMO", "1")
    environment.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    manage = [sys.executable, "manage.py"]
    for what, command in (
        ("migrating the database", ["migrate", "--database", "owner", "--verbosity", "0"]),
        ("collecting static files", ["collectstatic", "--noinput", "--verbosity", "0"]),
        ("looking for a county", ["demo"]),
    ):
        _say(what)
        subprocess.run([*manage, *command], env=environment, check=True)
    beat = data_dir / "celerybeat-schedule"
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    children = [
        Child(
            "web",
            [
                *web,
                "--blocking-threads",
                "4",
                "--backlog",
                "4096",
                "--backpressure",
                "8192",
                "--log-level",
                "warning",
                "config.wsgi:application",
            ],
            environment,
        ),
        Child(
            "worker",
            [*celery, "worker", "--pool", "solo", "--loglevel", "warning", "--without-gossip", "--without-mingle"],
            environment,
        ),
        Child("beat", [*celery, "beat", "--loglevel", "warning", "--schedule", str(beat)], environment),
    ]
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    for child in children:
        child.start()
    announced = False
    while not stopping.wait(0.3):
        for child in children:
            if not child.keep_going():
                print(f"\n  {child.name} ended five times in a row; its lines above say why.\n", file=sys.stderr)
                _end(children)
                return 1
        if not announced and _ready(port):
            announced = True
            _announce(port, manage, environment)
    _say("stopping")
    _end(children)
    return 0


class Child:
    """A process of ours: its lines are shown behind its name, and it is started again when it ends."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.process: subprocess.Popen[str] | None = None
        self.quick_ends = 0
        self.started = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        assert self.process.stdout is not None
        threading.Thread(target=self._show, args=(self.process.stdout,), daemon=True).start()

    def keep_going(self) -> bool:
        """Start the process again if it has ended; False when it keeps ending at once."""
        if self.process is None or self.process.poll() is None:
            return True
        self.quick_ends = self.quick_ends + 1 if time.monotonic() - self.started < 10 else 1
        if self.quick_ends >= 5:
            return False
        _say(f"{self.name} ended with status {self.process.returncode}; starting it again")
        time.sleep(min(2 ** (self.quick_ends - 1), 8) / 2)
        self.start()
        return True

    def _show(self, lines: IO[str]) -> None:
        for line in lines:
            print(f"{self.name:>6} | {line}", end="", flush=True)


def _die_with_parent() -> None:
    """The kernel ends this process when its parent dies, however it dies (Linux; elsewhere the next start finds it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(children: Sequence[Child]) -> None:
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        os.killpg(process.pid, signal.SIGTERM)
    for process in running:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _announce(port: int, manage: Sequence[str], environment: dict[str, str]) -> None:
    print(
        f"\n  领导接访日  Reception Day\n  http://127.0.0.1:{port}/       中文\n  http://127.0.0.1:{port}/en/    English",
        flush=True,
    )
    subprocess.run([*manage, "demo", "--logins"], env=environment, check=False)
    print("\n  Ctrl-C ends everything.  按 Ctrl-C 结束。\n", flush=True)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 65535:
        raise Unfit(f"PORT is {text!r}: choose a number from 1 to 65535, as PORT=8080 make run.")
    return int(text)


def _free(port: int) -> None:
    with socket.socket() as probe:
        # As the web server does: a port that a closed connection still lingers on is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A web server whose parent was killed a moment ago is still letting go of the port.
        for patience in range(20):
            try:
                probe.bind(("127.0.0.1", port))
                return
            except PermissionError:
                raise Unfit(f"port {port} needs more rights than you have: choose one above 1024, as PORT=8080 make run.") from None
            except OSError:
                if patience < 19:
                    time.sleep(0.25)
    raise Unfit(f"port {port} is taken by another program: choose another, as PORT={port + 1 if port < 65535 else 8080} make run.")


def _space(data_dir: Path) -> None:
    existing = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < FREE_SPACE:
        raise Unfit(
            f"the disk of {existing} has {free // 2**20} MB left and the portal needs 500 MB: free some, or set DATA_DIR to another disk."
        )


def _lock(data_dir: Path) -> Path:
    return data_dir / "run.pid"


def _alone(data_dir: Path) -> None:
    """Only one parent serves from a data folder; a number left behind by one that was killed does not count."""
    lock = _lock(data_dir)
    try:
        other = int(lock.read_text())
        running = "config.run" in Path(f"/proc/{other}/cmdline").read_bytes().decode(errors="replace") and other != os.getpid()
    except (OSError, ValueError):
        running = False
    if running:
        raise Unfit(
            f"the portal already runs from {data_dir} (process {other}): stop it first, or set DATA_DIR and PORT for a second one."
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    lock.write_text(str(os.getpid()))


def _say(words: str) -> None:
    print(f"   run | {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
