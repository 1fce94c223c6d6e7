"""The cache holds JSON: what the sign-in library counts survives, and nothing that could run is read."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from config.cache import JsonSerializer

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("value", [1, "y", [1764000000.5, 1764000001.25], {"a": None}, True])
def test_what_is_counted_comes_back(value):
    assert JsonSerializer().loads(JsonSerializer().dumps(value)) == value


def test_a_pickle_is_not_opened():
    with pytest.raises(ValueError, match="codec can't decode"):
        JsonSerializer().loads(pickle.dumps([1]))


def test_the_portal_s_counters_are_read_with_doubt():
    code = (
        "from config import settings as s; print(s.CACHES['default']['BACKEND'], s.CACHES['default']['OPTIONS']['socket_timeout'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
    assert done.stdout == "config.cache.Counters 3\n"
