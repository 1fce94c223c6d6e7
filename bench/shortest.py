"""The shortest WSGI application: it sends the same headers and bytes whatever is asked. What a Python web server can do at most."""

import os
import pickle
from pathlib import Path
from typing import Any

HEADERS, BODY = pickle.loads(Path(os.environ["BENCH_ANSWER"]).read_bytes())  # noqa: S301  written by bench/pages.py


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", HEADERS)
    return BODY
