"""`make run` with real processes: it serves, ends all on Ctrl-C, comes back after `kill -9`, and says what is wrong."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections import namedtuple
from pathlib import Path

import pytest

from config import run
from config.environment import Unfit
from tests.faults.receivers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
GIVEN = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SUPERUSER_DATABASE_URL", "STATIC_ROOT", "SECRET_KEY", "DATA_DIR")


def environment(**changes):
    return {name: value for name, value in os.environ.items() if name not in GIVEN} | changes


def start(ending, data_dir, port):
    command = [sys.executable, "-m", "config.run"]
    given = environment(DATA_DIR=str(data_dir), PORT=str(port))
    with (data_dir.parent / "log").open("a") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=log, stderr=subprocess.STDOUT)
    ending.callback(process.wait)
    ending.callback(process.terminate)
    return process


def wait(process, log, times=1):
    """Until the portal has said `times` times that it serves: the port may still be answered by one that was killed."""
    deadline = time.monotonic() + 240
    while log.read_text().count("Ctrl-C ends everything") < times:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


def page(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.read().decode()


def running(data_dir):
    """Command lines of processes that work in the data folder."""
    found = []
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = cmdline.read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if str(data_dir) in words:
            found.append(words)
    return found


@pytest.fixture
def ending():
    """What was started ends with the test, however it goes."""
    with contextlib.ExitStack() as stack:
        yield stack


def ask(**changes):
    return subprocess.run(
        [sys.executable, "-m", "config.run"],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_from_an_empty_folder_through_a_kill_to_ctrl_c(ending, tmp_path):
    data_dir, port, log = tmp_path / "data folder", free_port(), tmp_path / "log"
    data_dir.mkdir()
    first = start(ending, data_dir, port)
    wait(first, log)
    assert "澄河县" in page(port, "/")
    release = page(port, "/api/v1/counties/chenghe/releases/1")

    second = ask(DATA_DIR=str(data_dir), PORT=str(free_port()))
    assert (second.returncode, "already runs from" in second.stderr) == (1, True)
    taken = ask(DATA_DIR=str(tmp_path / "other"), PORT=str(port))
    assert (taken.returncode, f"port {port} is taken" in taken.stderr) == (1, True)

    first.kill()
    first.wait()
    third = start(ending, data_dir, port)
    wait(third, log, times=2)
    assert page(port, "/api/v1/counties/chenghe/releases/1") == release, "the data are found again"
    third.send_signal(signal.SIGINT)
    assert third.wait(60) == 0, log.read_text()
    assert running(data_dir) == []
    assert "demo-clerk" in log.read_text()


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "８０８０"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    done = ask(DATA_DIR=str(tmp_path), PORT=port)
    assert (done.returncode, "choose a number from 1 to 65535" in done.stderr) == (1, True)


def test_a_full_disk_is_told_before_anything_starts(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**9, 10**9, 300 * 2**20))
    with pytest.raises(Unfit, match="has 300 MB left and the portal needs 500 MB"):
        run._space(tmp_path / "not" / "made" / "yet")


def test_half_a_database_is_refused(tmp_path):
    done = ask(DATA_DIR=str(tmp_path), PORT=str(free_port()), DATABASE_URL="postgresql://a@b/c")
    assert (done.returncode, "OWNER_DATABASE_URL is not" in done.stderr) == (1, True)


def test_a_python_that_is_too_old_is_told_so(tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    done = subprocess.run(
        ["make", "setup", f"PYTHON={old}"], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Python 3.8.2 is too old: the portal needs Python 3.11 or newer" in done.stdout
