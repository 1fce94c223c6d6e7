"""A network of two hosts, made of namespaces, whose line can really be cut: ``python -m tests.faults.island PLAN`` begun by `begun`.

Here is the portal's host. On the far one stand Valkey and, as PostgreSQL's place, a listener that passes everything on to the suite's
server; the kernels at both ends know nothing of that. Cut means cut: nothing is refused and nothing is closed, nothing comes any more.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import django
import psycopg2

HERE, FAR, WIDTH = "10.9.0.1", "10.9.0.2", 30
DATABASE_PORT, VALKEY_PORT = 5432, 6379
# Whoever is not root is given a network of its own by a user namespace of its own.
OWN = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-current-user", "--keep-caps", "--net"]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40
ACCEPTED = 302


def begun(scenario, told, seconds=120):
    """Let a scenario happen on such a network; what it found."""
    command = [*OWN, sys.executable, "-m", "tests.faults.island", scenario]
    done = subprocess.run(command, input=json.dumps(told).encode(), stdout=subprocess.PIPE, cwd=ROOT, check=True, timeout=seconds)
    return json.loads(done.stdout)


def run(*command):
    subprocess.run(command, check=True)


class Line:
    """The line between the two hosts."""

    def __init__(self, far):
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "here", "type", "veth", "peer", "name", "far", "netns", str(far))
        run("ip", "addr", "add", f"{HERE}/{WIDTH}", "dev", "here")
        self.far = ["nsenter", "--net", "--target", str(far)]
        run("ip", "link", "set", "here", "up")
        for words in (["link", "set", "lo", "up"], ["addr", "add", f"{FAR}/{WIDTH}", "dev", "far"], ["link", "set", "far", "up"]):
            run(*self.far, "ip", *words)
        # That nobody answers for an address would be noticed after three seconds, and told: no silence, and not so across a router.
        (place,) = json.loads(subprocess.check_output([*self.far, "ip", "-json", "link", "show", "far"]))
        run("ip", "neigh", "replace", FAR, "lladdr", place["address"], "dev", "here", "nud", "permanent")

    def cut(self):
        run(*self.far, "ip", "link", "set", "far", "down")

    def mend(self):
        run(*self.far, "ip", "link", "set", "far", "up")


@contextmanager
def network(told):
    """Both hosts; the line between them."""
    with ExitStack() as running:
        valkey = [told["valkey"], "--bind", FAR, "--port", str(VALKEY_PORT), "--protected-mode", "no", "--save", ""]
        starts = json.dumps({"upstream": told["upstream"], "valkey": valkey, "watching": told["watching"]})
        far = subprocess.Popen(
            ["unshare", "--net", sys.executable, "-m", "tests.faults.island", "far", starts], stdin=subprocess.PIPE
        )
        running.callback(far.wait)
        running.callback(far.stdin.close)
        deadline = time.monotonic() + PATIENCE
        while os.readlink(f"/proc/{far.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        line = Line(far.pid)
        far.stdin.write(b"up\n")
        far.stdin.flush()
        for port in (DATABASE_PORT, VALKEY_PORT):
            while True:
                with suppress(OSError), socket.create_connection((FAR, port), timeout=1):
                    break
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield line


def far(starts):
    """The far host: until nobody holds its standard input any more."""
    told = json.loads(starts)
    sys.stdin.readline()
    valkey = subprocess.Popen(told["valkey"], stdout=subprocess.DEVNULL)
    listener = socket.create_server((FAR, DATABASE_PORT))
    threading.Thread(target=_listen, args=(listener, told), daemon=True).start()
    sys.stdin.read()
    valkey.terminate()
    valkey.wait(10)


def _listen(listener, told):
    while True:
        client, _address = listener.accept()
        # As PostgreSQL does where it is asked to.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for number, value in told["watching"]:
            client.setsockopt(socket.IPPROTO_TCP, number, value)
        server = socket.socket(socket.AF_UNIX)
        server.connect(told["upstream"])
        for from_, to in ((client, server), (server, client)):
            threading.Thread(target=_pass_on, args=(from_, to), daemon=True).start()


def _pass_on(from_, to):
    with suppress(OSError):
        while data := from_.recv(65536):
            to.sendall(data)
    for end in (from_, to):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def booking(told):
    """The line is cut in the middle of a booking, and mended: the statuses and seconds, and what the public page did meanwhile."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.faults import portal

    found, (first, second) = {}, told["forms"]
    environment = {"DATABASE_URL": told["address"], "REDIS_URL": f"redis://{FAR}:{VALKEY_PORT}/0"}
    with network(told) as line, portal.Portal(environment=environment, log=subprocess.DEVNULL, processes=1) as servers:
        found["before"] = portal.post(servers.port, first, PATIENCE)
        found["page before"] = {get(servers.port, told["page"]) for _each_process in range(20)} == {200}
        holder = psycopg2.connect(told["superuser"])
        with holder.cursor() as cursor, ThreadPoolExecutor() as pool:
            cursor.execute("LOCK TABLE reception_booking IN EXCLUSIVE MODE")
            sent = pool.submit(portal.post, servers.port, second, PATIENCE)
            waits = "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            while cursor.execute(f"{waits} AND datname = current_database()") or not cursor.fetchone()[1]:
                time.sleep(0.02)
            line.cut()
            began = time.monotonic()
            # What it waited for is done, and nobody hears of it.
            holder.rollback()
            found["page"] = get(servers.port, told["page"])
            found["cut"] = (sent.result()[0], time.monotonic() - began)
        holder.close()
        line.mend()
        began = time.monotonic()
        while portal.post(servers.port, second, PATIENCE)[0] != ACCEPTED:
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.1)
        found["back"] = time.monotonic() - began
        servers.kill()
    return found


def waiting(told):
    """Two wait for an answer of the server when the line is cut, one with its options and one without: what each is told, and when."""
    found = {}
    with network(told) as line:
        began = time.monotonic()

        def wait(name, options):
            with psycopg2.connect(told["plain"], **options) as server, server.cursor() as cursor:
                try:
                    cursor.execute("SELECT pg_sleep(1)")
                    found[name] = ("an answer", time.monotonic() - began)
                except psycopg2.OperationalError as error:
                    found[name] = (str(error).strip().splitlines()[0], time.monotonic() - began)

        threads = [threading.Thread(target=wait, args=each, daemon=True) for each in told["options"].items()]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        line.cut()
        threads[0].join(told["patience"])
        time.sleep(1)
        return dict(found)


SCENARIOS = {"booking": booking, "waiting": waiting}

if __name__ == "__main__":
    if sys.argv[1] == "far":
        far(sys.argv[2])
    elif sys.argv[1] == "possible":
        # Whether this machine lets us.
        sys.exit(
            not (shutil.which("ip") and subprocess.run([*OWN, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0)
        )
    else:
        json.dump(SCENARIOS[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
        sys.stdout.flush()
        # Who still waits on a line that is cut is not waited for.
        os._exit(0)
