"""What `docker compose` would make of docker-compose.yml: each service's environment, command and health check, to be started without it.

The environment of a process here is what the file gives it and a PATH, and nothing that the suite has.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
REFERENCE = re.compile(r"\$\$|\$\{(\w+)(?::(-|\?)([^}]*))?\}")


def interpolated(text, values):
    """Compose's own substitution, as far as the file uses it. Raises `KeyError` for what has neither value nor default."""

    def put(found):
        name, kind, rest = found.groups()
        if name is None:
            return "$"
        return values.get(name) or rest if kind == "-" else values[name]

    return REFERENCE.sub(put, text)


def image(word):
    """What the Dockerfile says after CMD, or the names it sets by ENV."""
    recipe = (ROOT / "config" / "Dockerfile").read_text()
    if word == "CMD":
        (line,) = re.findall(r"^CMD (.*)$", recipe, re.MULTILINE)
        return json.loads(line)
    return dict(pair.split("=") for line in re.findall(r"^ENV (.*)$", recipe, re.MULTILINE) for pair in line.split())


class Composed:
    """The services of the file on this machine: `places` says what stands here for a name or folder of the containers' own."""

    def __init__(self, *, values, places, programs):
        self.values, self.places = values, places
        self.path = ":".join([*map(str, programs), str(Path(sys.executable).parent), "/usr/sbin", "/usr/bin", "/sbin", "/bin"])

    def here(self, text):
        """In one go: what stands here may look like a place there."""
        return re.sub("|".join(map(re.escape, self.places)), lambda found: self.places[found[0]], text)

    def environment(self, name):
        told = image("ENV") if SERVICES[name].get("image") == "reception-day" else {}
        told |= {key: interpolated(value, self.values) for key, value in SERVICES[name]["environment"].items()}
        return {"PATH": self.path} | {key: self.here(value) for key, value in told.items()}

    def words(self, name):
        service = SERVICES[name]
        said = [*service.get("entrypoint", []), *service.get("command", [] if "entrypoint" in service else image("CMD"))]
        return [self.here(interpolated(word, self.values)) for word in said]

    def start(self, name, *more, log):
        """Start a service; the process."""
        return subprocess.Popen(
            [*self.words(name), *more], cwd=ROOT, env=self.environment(name), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )

    def run(self, name, *more, **added):
        """Run a service that ends; what it said. `added` changes its environment."""
        done = subprocess.run(
            [*self.words(name), *more], cwd=ROOT, env=self.environment(name) | added, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def is_healthy(self, name):
        kind, *test = SERVICES[name]["healthcheck"]["test"]
        words = [self.here(interpolated(word, self.values)) for word in test]
        command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        done = subprocess.run(command, cwd=ROOT, env=self.environment(name), capture_output=True, check=False)
        return done.returncode == 0
