"""The container set-up: the services the portal needs, one image, no password that would be the same everywhere."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {"migrate", "web", "worker", "beat"}


def test_every_part_is_there_and_ours_are_one_image():
    assert set(SERVICES) == OURS | {"database", "broker"}
    assert {SERVICES[name]["image"] for name in OURS} == {"reception-day"}
    assert SERVICES["database"]["image"] == "postgres:18"


def test_ours_can_write_nowhere_but_in_memory_and_the_web_its_snapshot():
    assert all(SERVICES[name]["read_only"] for name in OURS)
    assert {name: SERVICES[name]["volumes"] for name in OURS if "volumes" in SERVICES[name]} == {"web": ["snapshot:/snapshot"]}


def test_secrets_have_no_default():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "APP_PASSWORD", "OWNER_PASSWORD", "POSTGRES_PASSWORD"):
        assert re.search(rf"\$\{{{name}:\?", text), name
        assert f"${{{name}:-" not in text


def test_every_setting_it_gives_is_one_the_portal_reads():
    settings = (ROOT / "config" / "settings.py").read_text()
    assert [name for name in SERVICES["web"]["environment"] if f'"{name}"' not in settings] == []


def test_what_is_mounted_and_built_from_exists():
    mounted = [volume.split(":")[0] for volume in SERVICES["database"]["volumes"] if volume.startswith("./")]
    for path in [*mounted, SERVICES["web"]["build"]["dockerfile"]]:
        assert (ROOT / path).is_file(), path
