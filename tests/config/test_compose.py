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


def test_the_image_has_no_history_no_data_no_tests_and_no_user_with_power():
    left_out = set((ROOT / ".dockerignore").read_text().split())
    assert left_out >= {".git", ".data", ".venv", "tests", "bench", "docs"}
    recipe = (ROOT / "config" / "Dockerfile").read_text()
    assert recipe.rindex("USER portal") > recipe.rindex("RUN ")
    assert "--require-hashes" in recipe


def test_only_the_web_is_reached_from_outside_and_only_by_the_proxy_beside_it():
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {"web": ["127.0.0.1:8000:8000"]}


def test_each_package_is_pinned_with_its_hash():
    for name in ("requirements.lock", "requirements-dev.lock"):
        packages = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert len(packages) > 20
        assert [each for each in packages if not re.match(r"[\w.\[\],-]+==\S+", each) or "--hash=sha256:" not in each] == []
