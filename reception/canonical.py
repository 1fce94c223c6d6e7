"""The one way to write a JSON value as bytes (RFC 8785), so that equal documents have equal hashes.

The package `rfc8785` says what is right. A release of ten years of days is a quarter of a megabyte, on which it takes some twenty
milliseconds, so documents that need none of the standard's harder rules are written by the interpreter's own JSON writer.
"""

import json
import re
from typing import Any

import rfc8785

# Fractions, exponents and numbers near 2**53, and characters that sort otherwise in UTF-16. Found inside a text they only cost time.
HARDER = re.compile(r"(?:^|[:\[,])-?\d+(?:[.eE]|(?<=\d{15}))|[\U00010000-\U0010ffff]")


def written(document: Any) -> bytes:
    """The canonical bytes of a JSON value whose keys are strings. Raises what `rfc8785.dumps` raises."""
    try:
        text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        plain = text.encode()
    except (TypeError, ValueError):
        return rfc8785.dumps(document)
    return rfc8785.dumps(document) if HARDER.search(text) else plain
