"""A crowd that does not give up: ``python -m tests.faults.herd`` with what to send on standard input.

Everyone comes within the first seconds and sends a form; who gets no answer, or is told to come again, sends it again a little later.
"""

import asyncio
import json
import random
import re
import sys
import time

from tests.faults.crowd import HEAD, send, word

AGAIN = re.compile(rb"\r\nretry-after: *\d+", re.IGNORECASE)


async def person(told, request, begun, chance):
    """What somebody was told in the end, when they had asked that, and what they were told before; moments in seconds."""
    await asyncio.sleep(chance.uniform(0, told["within"]))
    before = []
    while True:
        asked = time.monotonic()
        answer, _seconds = await send(told["port"], request, begun)
        head = HEAD.match(answer)
        status = head[1].decode() if head else "none"
        if status not in ("none", "503") or asked - begun > told["patience"]:
            return {"word": word(answer), "asked": asked, "before": before}
        before.append([asked, "again" if AGAIN.search(answer) else status])
        await asyncio.sleep(told["pause"] * chance.uniform(0.5, 1.5))


async def main():
    told = json.load(sys.stdin)
    head = "".join(f"{name}: {value}\r\n" for name, value in told["headers"].items())
    body, chance, begun = told["body"], random.Random(told["seed"]), time.monotonic()
    everyone = [
        person(
            told,
            f"POST {address} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode(),
            begun,
            chance,
        )
        for address in told["addresses"]
    ]
    json.dump(await asyncio.gather(*everyone), sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
