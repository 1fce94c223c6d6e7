"""An office's virus scanner, where it has one (`CLAMD_ADDRESS`): each file is shown to it before it is drawn anew.

The words are clamd's INSTREAM (clamd(8)): the file in pieces, each with its length before it, a length of nothing at the end, and one answer.
"""

import socket
from urllib.parse import urlsplit

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
# For each word of the line; a file of ten megabytes takes clamd a second or two.
SECONDS, PIECE, LONGEST_ANSWER = 15.0, 1 << 16, 1 << 12


class NoAnswer(Exception):
    """The scanner is not there, or doesn't say whether the file is clean."""


def found(data: bytes) -> str:
    """What the scanner found in a file, by its own name for it; empty where it found nothing, or no scanner is named. Raises `NoAnswer`."""
    if not settings.CLAMD_ADDRESS:
        return ""
    try:
        said = _asked(data)
    except OSError as error:
        log.error("the virus scanner is away", error=type(error).__name__)
        raise NoAnswer from error
    if said == "stream: OK":
        return ""
    name, is_found, _rest = said.removeprefix("stream: ").partition(" FOUND")
    if not is_found:
        log.error("the virus scanner gave no answer", said=said[:80])
        raise NoAnswer
    log.warning("a file was refused by the virus scanner", found=name)
    return name


def _asked(data: bytes) -> str:
    address = urlsplit(settings.CLAMD_ADDRESS)
    family, at = (socket.AF_UNIX, address.path) if address.scheme == "unix" else (socket.AF_INET, (address.hostname, address.port))
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(SECONDS)
        line.connect(at)
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            line.sendall(len(piece).to_bytes(4, "big") + piece)
        line.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
            answer += more
    return answer.rstrip(b"\0").decode("ascii", "replace")
