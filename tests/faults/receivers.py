"""Mail servers and SMS gateways that accept, refuse, stall, hang up and lie, on real sockets; what they took is counted by key."""

import asyncio
import email
import hashlib
import hmac
import json
import socket
import socketserver
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode

from aiosmtpd.controller import Controller

USER, SECRET = "portal", "a secret shared with the gateway"
# Longer than any sender waits in a test; a server that is closed wakes up from it.
LONG = 20.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mailbox:
    """A mail server. `mode` is an answer line, or one of `stall`, `drop before`, `drop after`; `letters` counts those taken, by id."""

    def __init__(self, mode="250 taken"):
        self.mode, self.letters, self.keys, self.envelopes = mode, Counter(), Counter(), []
        self.port = free_port()

    async def handle_DATA(self, server, session, envelope):
        mode = self.mode
        if mode == "stall":
            await asyncio.sleep(LONG)
            return "451 too late"
        if mode != "drop before" and not mode.startswith(("4", "5")):
            name = email.message_from_bytes(envelope.content)["Message-ID"]
            self.letters[name] += 1
            self.keys[name.lstrip("<").partition("@")[0]] += 1
            self.envelopes.append(envelope)
        if mode.startswith("drop"):
            server.transport.abort()
            return "250 nobody hears this"
        return mode

    def __enter__(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def __exit__(self, *error):
        self.controller.stop()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def of(self, key):
        """How often the letter of a message was taken."""
        return self.keys[key[:40]]


class Dripping:
    """Says one byte in a while, for ever, and never ends a line; as a mail server greets, or as a gateway answers."""

    def __init__(self, first=b"220-"):
        self.first, self.asked = first, 0
        self.closing = threading.Event()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                outer.asked += 1
                with suppress(OSError):
                    self.request.sendall(outer.first)
                    while not outer.closing.wait(0.2):
                        self.request.sendall(b"x")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


class Gateway:
    """An SMS gateway of either shape. `asked` counts by reference what it was asked, and `texts` what it sent to telephones.

    The JSON one honours its keys: what it took is not sent again. `receipts` says which receipts follow a text that was taken, each a
    status and whether it comes before the answer.
    """

    # What the modes answer: whether the text is taken, the status, the body, more headers.
    MODES = {
        "accept": (True, 200, None, {}),
        "error body": (False, 200, {"json": b'{"code": 7, "id": ""}', "form": b"-3,no such account"}, {}),
        "busy body": (False, 200, {"json": b'{"code": 429}', "form": b"-3,busy"}, {}),
        "garbage": (False, 200, {"json": b"<html>\xff\x00", "form": b"<html>\xff\x00"}, {}),
        "empty": (True, 200, {"json": b"", "form": b""}, {}),
        "deep": (False, 200, {"json": b"[" * 60000, "form": b"[" * 60000}, {}),
        "redirect": (False, 302, {"json": b"", "form": b"0,1"}, {"Location": "http://127.0.0.1:1/"}),
        "400": (False, 400, {"json": b"", "form": b""}, {}),
        "429": (False, 429, {"json": b"", "form": b""}, {}),
        "500": (True, 500, {"json": b"", "form": b""}, {}),
        "503": (True, 503, {"json": b"", "form": b""}, {}),
        "503 patience": (False, 503, {"json": b"", "form": b""}, {"Retry-After": "60"}),
    }

    def __init__(self, shape, mode="accept"):
        self.shape, self.mode = shape, mode
        self.asked, self.texts, self.keys, self.words = Counter(), Counter(), Counter(), {}
        self.receipts, self.to = [], ""
        self.lock, self.closing = threading.Lock(), threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer.asked_by(self)

            def log_message(self, *said):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"{self.shape}+http://{USER}:{SECRET.replace(' ', '%20')}@127.0.0.1:{self.port}/sms"

    def of(self, key):
        """How many texts of a message left for a telephone."""
        return self.keys[key]

    def read(self, handler):
        """The reference and the words of what it is asked; a form's signature must be right."""
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        if self.shape == "json":
            return handler.headers["Idempotency-Key"], json.loads(body)["text"]
        told = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
        parts = [told["time"], told["mobile"], told["reference"], told["content"]]
        assert told["sign"] == signed(*parts)
        return told["reference"], told["content"]

    def take(self, reference, words):
        with self.lock:
            if self.shape == "form" or reference not in self.texts:
                self.texts[reference] += 1
                self.keys[reference.partition("-")[2]] += 1
            self.words[reference] = words

    def asked_by(self, handler):
        reference, words = self.read(handler)
        self.asked[reference] += 1
        mode = self.mode
        if mode == "stall":
            self.closing.wait(LONG)
        if mode in ("drop before", "drop after", "stall"):
            if mode == "drop after":
                self.take(reference, words)
            handler.close_connection = True
            handler.connection.close()
            return
        taken, status, bodies, headers = self.MODES[mode]
        if taken:
            self.take(reference, words)
            self.tell(reference, early=True)
        body = bodies[self.shape] if bodies else {"json": b'{"code": 0, "id": "1"}', "form": b"0,1"}[self.shape]
        with suppress(OSError):
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
            handler.wfile.flush()
        if taken:
            self.tell(reference, early=False)

    def tell(self, reference, *, early):
        for status, is_early in self.receipts:
            if is_early == early:
                time.sleep(0 if early else 0.2)
                assert told(self.to, receipt(reference, status)) == 200


def signed(*parts):
    return hmac.new(SECRET.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def receipt(reference, status, *, when=None, account=USER):
    """A receipt as the gateway signs it."""
    when = str(int(time.time())) if when is None else when
    return {
        "account": account,
        "reference": reference,
        "status": status,
        "time": when,
        "sign": signed("receipt", when, account, reference, status),
    }


def told(address, fields):
    """Post a receipt; the status of the answer."""
    try:
        with urllib.request.urlopen(address, urlencode(fields).encode(), timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
