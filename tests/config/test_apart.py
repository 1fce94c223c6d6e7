"""What ``make test`` leaves to ``make faults`` is read all the same, so that it can't fall behind unseen."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APART = re.findall(
    r"test_\w+(?=\.py)", re.search(r"^APART := .*?\)$", (ROOT / "Makefile").read_text(), re.MULTILINE | re.DOTALL)[0]
)


def test_there_are_some():
    assert len(APART) > 10


@pytest.mark.parametrize("name", APART)
def test_each_can_be_read(name):
    module = importlib.import_module(f"tests.faults.{name}")
    assert [part for part in vars(module) if part.startswith("test_")]
