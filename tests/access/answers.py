"""An answer told by one word, and everything in it that could be read."""

import io
import zipfile

from tests.access.table import ASKS_CODE, FACTOR, GONE, SIGN_IN

LED = {"/accounts/2fa/": FACTOR, "/admin/": GONE, "/track/": ASKS_CODE}


def of(response):
    """Its status; or where it leads, where that is an answer of its own."""
    if response.status_code != 302:
        return str(response.status_code)
    address = response["Location"].removeprefix("/en")
    return SIGN_IN if "/accounts/login/" in address else LED.get(address, "302")


def text(response):
    """All that was sent: the body, what is inside of a ZIP or a workbook, and where it leads."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    found = [response.headers.get("Location", "")]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            found += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    else:
        found.append(body.decode("utf-8", "replace"))
    return "\n".join(found)
