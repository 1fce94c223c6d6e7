"""Thousands of files that mean harm: each is drawn anew or refused within its memory and its time, and nothing of it is run or kept.

``FILES=10000`` makes so many. One in twenty goes the whole way of an upload, which comes to the same.
"""

import io
import os
import subprocess
import sys
from collections import Counter, defaultdict

import pytest
from PIL import Image

from reception import materials, remaking
from tests.faults import drawing, figures, hostile, portal

FILES = int(os.environ.get("FILES", "40"))
SEED = os.environ.get("SEED", "5")
WHOLE_WAY_EVERY = 20
QUICK = 2.0
MEGABYTES = dict(remaking.LIMITS)[remaking.resource.RLIMIT_AS] / 2**20
PROCESSOR_SECONDS = dict(remaking.LIMITS)[remaking.resource.RLIMIT_CPU]
OURS = {"jpeg": b"\xff\xd8\xff", "png": b"\xff\xd8\xff", "pdf": b"%PDF-"}
FORBIDDEN = (b"HOSTILE", b"<script", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"PK\x03\x04\x14", b"#!/bin/sh", b"<?php")


def kind(data):
    try:
        return materials.kind_of(data[:16])
    except materials.NotTaken:
        return ""


def taken(data):
    try:
        materials.remade(data)
    except materials.NotTaken:
        return False
    return True


@pytest.fixture
def process(canary):
    with drawing.Drawing(materials.SECONDS) as started:
        yield started


@pytest.fixture
def canary(tmp_path, monkeypatch):
    """What a file that was run would make; the folder it would stand in is where everything happens."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANARY", str(tmp_path / "canary"))
    return tmp_path


def test_no_file_does_harm(canary, process):
    outcomes, worst, compared = defaultdict(Counter), Counter(), 0
    for n, (sort, data) in enumerate(hostile.files(FILES, SEED), start=1):
        figures.progress("hostile files", n, FILES)
        known = kind(data)
        if not known or len(data) > materials.MOST_BYTES:
            assert not taken(data)
            outcomes[sort]["not looked at"] += 1
            continue
        found = process.drawn(data, known)
        word = {0: "drawn anew", remaking.REFUSED: "refused"}.get(found.status, "ended")
        outcomes[sort][word] += 1
        worst = Counter({name: max(worst[name], getattr(found, name)) for name in ("megabytes", "processor_seconds", "seconds")})
        assert found.megabytes <= MEGABYTES, (sort, n)
        # The kernel ends it within a second of its limit.
        assert found.processor_seconds <= PROCESSOR_SECONDS + 1, (sort, n)
        if word == "drawn anew":
            assert found.made.startswith(OURS[known]), (sort, n)
            assert not [mark for mark in FORBIDDEN if mark in found.made], (sort, n)
        # What takes long may come to the end of its time another time, on a busy machine, or not; all else comes out the same.
        if n % WHOLE_WAY_EVERY == 0 and found.seconds < QUICK:
            assert taken(data) == (word == "drawn anew"), (sort, n)
            compared += 1
    assert list(canary.iterdir()) == [], "something was run"
    total = sum(outcomes.values(), Counter())
    figures.tell(
        f"{FILES:,} hostile files: {dict(total)}; at most {worst['megabytes']:.0f} MiB, {worst['processor_seconds']:.1f} s of processor "
        f"time, {worst['seconds']:.1f} s in all; {compared} went the whole way"
    )
    assert {"drawn anew", "refused", "not looked at"} <= set(total)
    assert set(outcomes) == {sort.__name__ for sort in hostile.SORTS}


def large():
    """A picture of nearly as many pixels as are taken."""
    out = io.BytesIO()
    Image.new("RGBA", (6500, 6500), "teal").save(out, "PNG")
    return out.getvalue()


def test_the_memory_that_is_allowed_is_what_holds():
    data = large()
    with drawing.Drawing(materials.SECONDS) as usual, drawing.Drawing(materials.SECONDS, memory=256) as less:
        free, held = usual.drawn(data, "png"), less.drawn(data, "png")
    assert (free.status, free.megabytes > 256) == (0, True)
    assert (held.status, held.made, held.megabytes < 256) == (remaking.REFUSED, b"", True)


def test_whatever_takes_over_the_process_writes_no_file(tmp_path):
    """What a hole in a library would let in, tried from inside, with the limits and without them."""
    program = (
        "import sys; from reception import remaking; "
        "limited = [remaking.resource.setrlimit(what, (most, most)) for what, most in remaking.LIMITS if {limits}]; "
        "open({path!r}, 'w').write('harm')"
    )
    for limits, kept in ((True, ""), (False, "harm")):
        path = tmp_path / str(limits)
        command = [sys.executable, "-c", program.format(limits=limits, path=str(path))]
        subprocess.run(command, cwd=portal.ROOT, capture_output=True, check=False)
        assert path.read_text() == kept
