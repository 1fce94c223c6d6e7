"""A crowd that sends its forms at once, each over a connection of its own: ``python -m tests.faults.crowd`` with what to send on standard input.

In a process of its own, on bare sockets, so that the crowd costs the portal's processors as little as may be. Whoever gets no
connection, or no answer, is counted as such; nobody tries again.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter

PATIENCE = 900
TOLD = "刚刚约满".encode()
HEAD = re.compile(rb"HTTP/1\.[01] (\d{3})")
PLACE = re.compile(rb"\r\nlocation: *([^\r]*)", re.IGNORECASE)


class One(asyncio.Protocol):
    """One of the crowd: sends as soon as it may, and keeps the answer whole."""

    def __init__(self, request, went, done):
        self.request, self.went, self.done, self.answer = request, went, done, bytearray()

    def connection_made(self, transport):
        transport.write(self.request)

    def data_received(self, data):
        self.answer += data

    def connection_lost(self, error):
        if not self.done.done():
            self.done.set_result((bytes(self.answer), time.monotonic() - self.went))


async def send(port, request, begun):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    try:
        await loop.create_connection(lambda: One(request, begun, done), "127.0.0.1", port)
        return await asyncio.wait_for(done, PATIENCE)
    except (OSError, TimeoutError) as error:
        return type(error).__name__.encode(), time.monotonic() - begun


def word(answer):
    """What somebody was told, in one word."""
    head = HEAD.match(answer)
    if head is None:
        return f"no answer: {answer[:40].decode(errors='replace')}"
    place = PLACE.search(answer)
    if place and place[1].endswith(b"/receipt/"):
        return "booked"
    return "told" if TOLD in answer else f"{head[1].decode()} {place[1].decode() if place else ''}".strip()


async def main():
    told = json.load(sys.stdin)
    head = "".join(f"{name}: {value}\r\n" for name, value in told["headers"].items())
    body = told["body"]
    requests = [
        f"POST {address} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
        for address in told["addresses"]
    ]
    begun = time.monotonic()
    answers = await asyncio.gather(*(send(told["port"], request, begun) for request in requests))
    seconds = time.monotonic() - begun
    waited = sorted(after for _answer, after in answers)
    json.dump(
        {
            "words": Counter(word(answer) for answer, _after in answers),
            "seconds": seconds,
            "median": waited[len(waited) // 2],
            "p99": waited[int(len(waited) * 0.99)],
            "deciles": [round(waited[len(waited) * n // 10], 2) for n in range(10)],
            "processor": time.process_time(),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    asyncio.run(main())
