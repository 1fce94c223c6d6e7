"""Public pages beside their limits and their peers: one machine, one client, the same bytes, the servers taking turns.

Each figure is a median over the rounds of a ratio taken within one round, since a shared machine's speed changes from minute to minute;
every second round goes the other way round. Beside it stands the processor time that the server itself spent on a request, which says
the same however busy the machine is.
"""

import os
import pickle
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.table import Row

ROOT = Path(__file__).resolve().parent.parent
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
WRK = shutil.which("wrk")
ROUNDS, SECONDS, CONNECTIONS = int(os.environ.get("BENCH_ROUNDS", "5")), int(os.environ.get("BENCH_SECONDS", "3")), 32
FIRST_PORT = int(os.environ.get("BENCH_PORT", "8170"))
GRANIAN = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--workers", "1", "--log-level", "warning"]
GRANIAN += ["--blocking-threads", os.environ.get("BENCH_THREADS", "4"), "--no-ws"]
PLAIN = """
worker_processes 1; daemon off; error_log stderr error; pid {folder}/plain.pid;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; server_tokens off; open_file_cache max=100;
{temp}
  types {{ text/html html; text/calendar ics; }}
  server {{ listen 127.0.0.1:{port}; location / {{ root {folder}/files; index index.html; gzip_static on; }} }} }}
"""


@dataclass
class Contest:
    """One page and who serves it; for each round requests a second, p99 in ms, and the server's processor time for a request in µs."""

    name: str
    path: str
    coding: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    speeds: dict[str, list[float]] = field(default_factory=dict)
    p99s: dict[str, list[float]] = field(default_factory=dict)
    costs: dict[str, list[float]] = field(default_factory=dict)

    def measure(self, who: str, pid: int | None) -> None:
        """One turn. `pid` is the server's process, with its children; None where it is not one of ours."""
        began = _worked(pid)
        speed, p99, requests = _wrk(self.urls[who], self.coding)
        self.speeds.setdefault(who, []).append(speed)
        self.p99s.setdefault(who, []).append(p99)
        if pid is not None:
            self.costs.setdefault(who, []).append((_worked(pid) - began) / requests * 1_000_000)

    def cost(self, who: str) -> float:
        """The least third's mean: a neighbour's work in the same processor's memory only ever adds."""
        quiet = sorted(self.costs[who])
        return statistics.mean(quiet[: max(1, len(quiet) // 3)])

    def ratio(self, who: str, to: str) -> float:
        return statistics.median(one / other for one, other in zip(self.speeds[who], self.speeds[to], strict=True))

    def p99_ratio(self, who: str, to: str) -> float:
        return statistics.median(one / other for one, other in zip(self.p99s[who], self.p99s[to], strict=True))


def rows() -> Iterator[Row]:
    if not (WRK and NGINX):
        print("NOT MEASURED: the pages' benchmark needs wrk and nginx, and one of them is not installed")
        return
    folder = Path(os.environ["DATA_DIR"]) / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "files").mkdir(parents=True)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        contests, pids = _begin(folder, processes)
        _say_machine()
        for number in range(ROUNDS):
            for contest in contests:
                for who in list(contest.urls)[:: -1 if number % 2 else 1]:
                    contest.measure(who, pids.get(contest.urls[who].split("/")[2]))
                    # Slow servers work on for those who have hung up; whoever comes next must not pay for it.
                    time.sleep(5 if who == "pretalx" else 0.5)
            print(f"round {number + 1} of {ROUNDS} done", flush=True)
        for contest in contests:
            print(f"\n{contest.name}: {contest.path}")
            for who, speeds in contest.speeds.items():
                p99 = statistics.median(contest.p99s[who])
                cost = f"{contest.cost(who):6.2f} µs of its processor" if who in contest.costs else "not our process"
                print(
                    f"  {statistics.median(speeds):>10,.0f} /s  ({min(speeds):,.0f} to {max(speeds):,.0f})  p99 {p99:.2f} ms  {cost}  {who}"
                )
        for contest in contests:
            yield Row(
                f"{contest.name}: the portal beside granian's shortest application",
                contest.ratio("portal", "shortest"),
                0.9,
                floor=True,
            )
            yield Row(
                f"{contest.name}: the portal behind the shipped nginx beside nginx's file",
                contest.ratio("behind nginx", "file"),
                # Held to as browsers and calendar programs ask, compressed; the plain form, which none of them asks for, is a figure.
                0.95 if contest.coding else None,
                floor=True,
            )
            for who, to in (("portal", "shortest"), ("behind nginx", "file")):
                yield Row(
                    f"{contest.name}: processor time of {to} / of {who}, for a request", contest.cost(to) / contest.cost(who), None
                )
            p99 = contest.p99_ratio("behind nginx", "file")
            yield Row(f"{contest.name}: p99 behind the shipped nginx beside nginx's file", p99, 3)
            for who, what, least in (
                ("ordinary", "a view with one query and a template", 50),
                ("pretalx", "pretalx's public schedule", 500),
            ):
                if who in contest.urls:
                    yield Row(f"{contest.name}: the portal beside {what}", contest.ratio("portal", who), least, floor=True)
        if not os.environ.get("PRETALX_URL"):
            print("pretalx: not running here, so no figure (name a running one's public schedule by PRETALX_URL)")
        yield from _first_view(contests[0].urls["portal"])
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def _begin(folder: Path, processes: list[subprocess.Popen[bytes]]) -> tuple[list[Contest], dict[str, int]]:
    """The contests, and whose process listens at which host and port."""
    environment = {**os.environ, "DEMO": "1", "SNAPSHOT_DIR": str(folder / "snapshot")}
    for command in (
        ["migrate", "--database", "owner", "--verbosity", "0"],
        ["collectstatic", "--noinput", "--verbosity", "0"],
        ["demo"],
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    ports = iter(range(FIRST_PORT, FIRST_PORT + 30))
    pids: dict[str, int] = {}

    def serve(application: str, **more: str) -> str:
        port = next(ports)
        command = [*GRANIAN, "--port", str(port), application]
        processes.append(subprocess.Popen(command, cwd=ROOT, env={**environment, **more}, stderr=subprocess.DEVNULL))
        _wait(port)
        pids[f"127.0.0.1:{port}"] = processes[-1].pid
        return f"http://127.0.0.1:{port}"

    portal = serve("config.wsgi:application")
    behind = _shipped(folder, next(ports), int(portal.rsplit(":", 1)[1]), processes)
    pids[behind.removeprefix("http://")] = processes[-1].pid
    plain = next(ports)
    (folder / "plain.conf").write_text(PLAIN.format(folder=folder, port=plain, temp=_temp(folder)))
    _nginx(folder, "plain.conf", processes)
    _wait(plain)
    pids[f"127.0.0.1:{plain}"] = processes[-1].pid
    ordinary = serve("bench.ordinary:application")
    home = _get(f"{portal}/chenghe/")[1].decode()
    found = re.search(r'href="(/chenghe/days/([^"]+)/)"', home)
    year = re.search(r'href="(/chenghe/roster/\d+/)"', home)
    assert found
    assert year
    contests = [Contest("day page", found[1]), Contest("year page", year[1]), Contest("calendar feed", "/chenghe/roster.ics")]
    contests += [Contest(f"{contest.name} in gzip", contest.path, "gzip") for contest in list(contests)]
    for contest in contests:
        asked = {"Accept-Encoding": contest.coding} if contest.coding else {}
        _status, body, headers = _get(portal + contest.path, **asked)
        (folder / f"{contest.name}.answer").write_bytes(pickle.dumps((headers, [body])))
        file = folder / "files" / (contest.path.strip("/") + ("/index.html" if contest.path.endswith("/") else ""))
        file = file.with_name(file.name + (".gz" if contest.coding else ""))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        shortest = serve("bench.shortest:application", BENCH_ANSWER=str(folder / f"{contest.name}.answer"))
        contest.urls = {
            "shortest": shortest + contest.path,
            "portal": portal + contest.path,
            "file": f"http://127.0.0.1:{plain}{contest.path}",
            "behind nginx": behind + contest.path,
        }
        for url in contest.urls.values():
            assert _get(url, **asked)[1] == body, url
    contests[0].urls["ordinary"] = f"{ordinary}/ordinary/{found[2]}/"
    assert _get(contests[0].urls["ordinary"])[0] == 200
    if os.environ.get("PRETALX_URL"):
        contests[0].urls["pretalx"] = os.environ["PRETALX_URL"]
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and not path.stat().st_mode & 0o001:
            print(f"nginx's own user can't pass through {path}, so it serves no file below it")
    return contests, pids


def _shipped(folder: Path, port: int, upstream: int, processes: list[subprocess.Popen[bytes]]) -> str:
    """nginx with the shipped file, made to fit this machine by the same words as its test, and one worker like its peer."""
    from tests.config.test_nginx import templated

    text = templated(folder, http=port, upstream=upstream, static=os.environ["STATIC_ROOT"])
    text = text.replace("worker_processes auto;", "worker_processes 1; daemon off;").replace(
        "keepalive_requests 10000;", "keepalive_requests 1000000;"
    )
    (folder / "shipped.conf").write_text(text)
    _nginx(folder, "shipped.conf", processes)
    _wait(port)
    return f"http://127.0.0.1:{port}"


def _temp(folder: Path) -> str:
    return "\n".join(f"  {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))


def _nginx(folder: Path, name: str, processes: list[subprocess.Popen[bytes]]) -> None:
    processes.append(subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / name)], stderr=subprocess.DEVNULL))


def _wait(port: int) -> None:
    for _patience in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nobody listens on port {port}")


def _get(url: str, **headers: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:  # noqa: S310
        given = [(name, value) for name, value in answer.getheaders() if name.lower() not in ("date", "server", "connection")]
        return answer.status, answer.read(), given


def _worked(pid: int | None) -> float:
    """Seconds of processor time of a process and its children so far; 0 where the system doesn't tell."""
    seconds = 0.0
    waiting = [pid] if pid else []
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        try:
            # The name, in parentheses, may hold spaces; user and system time are the 12th and 13th words after it.
            words = (process / "stat").read_text().rsplit(")", 1)[1].split()
            for children in process.glob("task/*/children"):
                waiting.extend(int(child) for child in children.read_text().split())
        except FileNotFoundError:
            continue
        seconds += (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def _wrk(url: str, coding: str) -> tuple[float, float, int]:
    """Requests a second, p99 in ms, and how many requests were answered."""
    asked = ["-H", f"Accept-Encoding: {coding}"] if coding else []
    command = [str(WRK), "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *asked, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    speed = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    requests = re.search(r"(\d+) requests in", said)
    assert speed
    assert p99
    assert requests
    return float(speed[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]], int(requests[1])


def _first_view(url: str) -> Iterator[Row]:
    """What a first visit loads, as a browser asks for it."""
    site = "/".join(url.split("/")[:3])
    body = _get(url)[1].decode()
    needed = [url] + [site + link for link in re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', body)]
    needed += [site + link for link in re.findall(r'<(?:script|img)[^>]+src="([^"]+)"', body)]
    sent = 0
    for each in needed:
        _status, packed, headers = _get(each, **{"Accept-Encoding": "gzip, br"})
        sent += len(packed) + sum(len(name) + len(value) + 4 for name, value in headers)
    icons = len(re.findall(r'<link rel="icon"', body))
    yield Row("first view of the day page, on the wire", sent / 1024, 40, "KB")
    yield Row(
        f"first view of the day page, requests to show it ({icons} for the tab's icon not counted)", len(needed) - icons, 3, ""
    )


def _say_machine() -> None:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    nginx = subprocess.run([str(NGINX), "-v"], capture_output=True, text=True, check=False).stderr.strip()
    wrk = subprocess.run([str(WRK), "-v"], capture_output=True, text=True, check=False).stdout.splitlines()[0]
    granian = subprocess.run([*GRANIAN[:3], "--version"], capture_output=True, text=True, check=False).stdout.strip()
    print(
        f"{model[1] if model else 'unknown processor'}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Python {sys.version.split()[0]}"
    )
    print(
        f"{granian}; {nginx}; {wrk.split(' Copyright')[0]}; {CONNECTIONS} connections, {SECONDS} s, {ROUNDS} rounds; client on the same machine"
    )
