"""The cache holds JSON: what the sign-in library counts survives, and nothing that could run is read."""

import pickle

import pytest

from config.cache import JsonSerializer


@pytest.mark.parametrize("value", [1, "y", [1764000000.5, 1764000001.25], {"a": None}, True])
def test_what_is_counted_comes_back(value):
    assert JsonSerializer().loads(JsonSerializer().dumps(value)) == value


def test_a_pickle_is_not_opened():
    with pytest.raises(ValueError, match="codec can't decode"):
        JsonSerializer().loads(pickle.dumps([1]))
