"""What the cache holds: counters of the sign-in library, and nothing that anybody is believed for.

It is written as JSON: whoever could write there could otherwise have a process run what a pickle says. And it is read with doubt: what
has not the shape it should have, of another version or of a stranger, is as if it were not there.
"""

import json
import math
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache

# Clocks of several machines differ by so much at most, in seconds; nobody tried anything later than that.
AHEAD = 60
MOST = 1000


class JsonSerializer:
    """For Django's Redis cache."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class Counters(RedisCache):
    """Valkey, for the moments at which something was tried (newest first) and for marks that something was done.

    Where it does not answer, its client's `redis.RedisError` is raised: who can't be counted is not let in.
    """

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            found = super().get(key, default, version)
        except (ValueError, RecursionError):
            return default
        return _moments(found) if isinstance(default, list) else found


def _moments(found: Any) -> list[float]:
    latest = time.time() + AHEAD
    if not isinstance(found, list):
        return []
    numbers = [each for each in found[:MOST] if isinstance(each, (int, float)) and not isinstance(each, bool)]
    return sorted((each for each in numbers if math.isfinite(each) and each <= latest), reverse=True)
