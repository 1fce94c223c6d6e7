"""nginx with the file that is shipped: it keeps public pages and no other, overwrites what visitors claim, and answers when the portal is gone."""

import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.faults.receivers import free_port

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
CONFIG = Path(__file__).resolve().parents[2] / "config" / "nginx.conf"


def templated(folder, *, http, upstream, static):
    """The shipped file with this machine's ports and folders, and without TLS, for which a test has no certificate."""
    text = CONFIG.read_text()
    text = re.sub(r"    server \{\n        listen 80;.*?\n    \}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"    server \{\n        listen 80 default_server;.*?\n    \}\n", "", text, flags=re.DOTALL)
    text = (
        re.sub(r"\n        ssl_[^\n]*", "", text)
        .replace("listen 443 ssl backlog=4096;", f"listen 127.0.0.1:{http};")
        .replace("http2 on;", "")
    )
    for old, new in (
        ("server 127.0.0.1:8000", f"server 127.0.0.1:{upstream}"),
        ("/run/nginx.pid", f"{folder}/nginx.pid"),
        ("/var/cache/nginx/portal", f"{folder}/cache"),
        ("/srv/portal/static/", f"{static}/"),
        ("xinfang.example.gov.cn", "127.0.0.1"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    bodies = "\n".join(f"    {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return text.replace("http {\n", f"http {{\n{bodies}\n", 1)


class Portal(BaseHTTPRequestHandler):
    """Says what it was sent; public under /page/."""

    protocol_version = "HTTP/1.1"
    asked: list = []
    gone = False
    protecting = {
        "Strict-Transport-Security": "max-age=60",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors https://elsewhere.example",
    }

    def do_GET(self):
        if self.gone:
            self.close_connection = True
            return
        self.asked.append((self.path, dict(self.headers)))
        if self.path.startswith("/page/") and self.headers.get("If-None-Match") == '"one"':
            self.send_response(304)
            self.send_header("X-Accel-Expires", "1")
            self.send_header("ETag", '"one"')
            self.end_headers()
            return
        body = f"{len(self.asked)} {self.headers.get('Accept-Encoding')}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "public, max-age=60")
        self.send_header("Vary", "Accept-Encoding")
        for name, value in self.protecting.items():
            self.send_header(name, value)
        if self.path.startswith("/page/"):
            self.send_header("X-Accel-Expires", "1")
            self.send_header("ETag", '"one"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def portal():
    Portal.asked, Portal.gone = [], False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def nginx(portal, folder):
    port, static = free_port(), folder / "static"
    static.mkdir(mode=0o755)
    (static / "site.abc.css").write_text("body{}")
    path = folder / "nginx.conf"
    path.write_text(templated(folder, http=port, upstream=portal.server_port, static=static))
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(path), "-g", "daemon off;"], stderr=subprocess.PIPE, text=True)
    for _patience in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
    yield port
    process.terminate()
    process.communicate(timeout=10)


def get(port, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode(), refusal.headers


def test_what_the_portal_marks_is_kept_in_each_form_and_nothing_else_is(nginx):
    first = get(nginx, "/page/")[1]
    assert get(nginx, "/page/")[1] == first
    short = get(nginx, "/page/", **{"Accept-Encoding": "gzip, deflate, br"})[1]
    assert (first, short.endswith("br"), get(nginx, "/page/", **{"Accept-Encoding": "br"})[1]) == ("1 None", True, short)
    assert get(nginx, "/page/", **{"Accept-Encoding": "br;q=0, gzip"})[1].endswith("gzip")
    assert get(nginx, "/mine/")[1] != get(nginx, "/mine/")[1]
    assert get(nginx, "/admin/page/")[1] != get(nginx, "/admin/page/")[1]


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip", "gzip"),
        ("GZip, Deflate", "gzip"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "br"),
        ("gzip, deflate;q=0.5", "gzip"),
        ("gzip;q=0, deflate", "None"),
        ("deflate, zstd", "None"),
        ("identity", "None"),
    ],
)
def test_each_way_of_asking_leads_to_one_of_three_forms(nginx, said, form):
    assert get(nginx, "/page/", **{"Accept-Encoding": said})[1].endswith(f" {form}")


def test_visitors_do_not_say_who_they_are_or_how_they_came(nginx):
    get(
        nginx,
        "/mine/",
        **{"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil", "X-Real-IP": "6.6.6.6"},
    )
    _path, sent = Portal.asked[-1]
    assert (sent["X-Forwarded-For"], sent["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
    assert not {"X-Forwarded-Host", "X-Real-Ip", "X-Real-IP"} & set(sent)


def test_a_page_is_asked_for_again_after_a_second_with_its_tag(nginx):
    first = get(nginx, "/page/")
    time.sleep(2.1)
    assert get(nginx, "/page/")[1] == first[1]
    assert Portal.asked[-1][1]["If-None-Match"] == '"one"'
    assert "X-Accel-Expires" not in first[2]


def test_a_page_is_sent_when_the_portal_is_gone(nginx, portal):
    first = get(nginx, "/page/")
    Portal.gone = True
    time.sleep(2.1)
    assert get(nginx, "/page/")[:2] == first[:2]
    assert get(nginx, "/page/other/")[0] == 502


def test_static_files_are_kept_for_ever_and_nothing_says_which_server_this_is(nginx):
    status, body, headers = get(nginx, "/static/site.abc.css")
    assert (status, body, headers["Cache-Control"]) == (200, "body{}", "public, max-age=31536000, immutable")
    assert headers["Server"] == "nginx"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert (headers["X-Content-Type-Options"], headers["Strict-Transport-Security"]) == ("nosniff", "max-age=31536000")


def test_it_lists_no_folder_traces_nothing_and_keeps_its_numbers_to_itself(nginx):
    assert get(nginx, "/static/")[0] in (403, 404)
    for way in ("/static/../nginx.conf", "/static/..%2fnginx.conf", "/static../nginx.conf", "/static/.git/config"):
        assert "worker_processes" not in get(nginx, way)[1], way
    request = urllib.request.Request(f"http://127.0.0.1:{nginx}/page/", method="TRACE", headers={"Cookie": "secret"})
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=10)
    assert (refusal.value.code, b"secret" in refusal.value.read()) == (405, False)
    text = CONFIG.read_text()
    for place in ("location /healthz/ {", "location = /metrics {"):
        assert re.search(re.escape(place) + r"\s+allow 127\.0\.0\.1;\s+deny all;", text), place


def test_tls_is_new_and_secret_afterwards_too():
    """The lines of the file: 1.2 and 1.3 alone, and no cipher without forward secrecy or with a mode that authenticates apart."""
    text = CONFIG.read_text()
    assert re.findall(r"ssl_protocols ([^;]+);", text) == ["TLSv1.2 TLSv1.3"]
    [ciphers] = re.findall(r"ssl_ciphers ([^;]+);", text)
    assert all(
        re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)", name) for name in ciphers.split(":")
    )
    assert "ssl_session_tickets off;" in text
    # On the open port there is only the way to the closed one.
    opened = re.findall(r"    server \{\n        listen 80( default_server)?;(.*?)\n    \}\n", text, flags=re.DOTALL)
    assert [(which, re.findall(r"(\S+ \{ )?return (\w+)", said)) for which, said in opened] == [
        (" default_server", [("", "444")]),
        ("", [("/api/ { ", "403"), ("/gateway/ { ", "403"), ("/ { ", "301")]),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /page/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /page/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
        b"GET /page/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
)
def test_a_request_of_two_lengths_is_none(nginx, raw):
    with socket.create_connection(("127.0.0.1", nginx), 5) as line:
        line.sendall(raw)
        line.settimeout(5)
        said = line.recv(200)
    assert said.split(b" ")[1] in (b"400", b"501"), said
    assert [path for path, _headers in Portal.asked if path.startswith("/admin/")] == []


def test_each_answer_protects_the_browser_once_the_portals_own_and_nginxs(nginx):
    for path in ("/page/", "/page/", "/mine/"):
        headers = get(nginx, path)[2]
        assert {name: headers.get_all(name) for name in Portal.protecting} == {
            name: [said] for name, said in Portal.protecting.items()
        }
    Portal.gone = True
    status, body, headers = get(nginx, "/mine/")
    assert "请过一会儿再试" in body
    assert (status, headers.get_all("X-Content-Type-Options"), headers.get_all("Referrer-Policy")) == (
        502,
        ["nosniff"],
        ["same-origin"],
    )
    assert headers.get_all("Content-Security-Policy") == ["default-src 'none'; frame-ancestors 'none'"]
    assert headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
