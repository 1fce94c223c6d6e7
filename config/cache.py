"""What the cache holds is written as JSON: whoever could write there could otherwise have a process run what a pickle says."""

import json
from typing import Any


class JsonSerializer:
    """For Django's Redis cache."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
