"""The container set-up: the services the portal needs, each shut in as far as it may be, and no secret anywhere but in files."""

import re
from urllib.parse import urlsplit

import pytest

from config.secret_files import ADDRESSES, SECRETS
from tests.config.composed import COMPOSE, ROOT, SERVICES

OURS = {"migrate", "web", "worker", "beat", "manage"}
ONCE = {"migrate", "manage"}
# What the settings call a file, and is a file of the portal's own and no secret of the set-up's.
OWN_FILES = {"KEYS_FILE"}
each = pytest.mark.parametrize("name", SERVICES)


def mounted(name):
    """The secrets that a service is given."""
    return {told if isinstance(told, str) else told["source"] for told in SERVICES[name].get("secrets", [])}


def test_every_part_is_there_and_ours_are_one_image():
    assert set(SERVICES) == OURS | {"nginx", "database", "broker"}
    assert {SERVICES[name]["image"] for name in OURS} == {"reception-day"}
    assert SERVICES["database"]["image"] == "postgres:18"
    assert {name for name in SERVICES if SERVICES[name].get("profiles")} == {"manage"}


@each
def test_each_service_is_shut_in(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert "privileged" not in service
    assert "cap_add" not in service
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    # What is in memory is bounded, too.
    assert service["tmpfs"]
    assert [mount for mount in service["tmpfs"] if not re.search(r":size=\d+m\b", mount)] == []


@each
def test_each_service_has_its_share_of_the_machine_and_no_more(name):
    service = SERVICES[name]
    assert re.fullmatch(r"(\$\{\w+:-)?\d+[mg]\}?", service["mem_limit"])
    assert 0 < service["cpus"] <= 2
    assert 0 < service["pids_limit"] <= 256


@each
def test_each_service_that_stays_has_a_health_check_and_is_started_again(name):
    service = SERVICES[name]
    assert (service["restart"], "healthcheck" in service) == (("no", False) if name in ONCE else ("unless-stopped", True))


@each
def test_no_secret_is_in_an_environment_and_each_file_named_is_a_secret_that_is_mounted(name):
    service, named = SERVICES[name], set()
    for setting, value in service["environment"].items():
        assert setting not in set(SECRETS) - set(ADDRESSES), setting
        assert urlsplit(value).password is None, setting
        if setting.endswith("_FILE") and setting not in OWN_FILES:
            assert value.startswith("/run/secrets/"), setting
            named.add(value.removeprefix("/run/secrets/"))
        else:
            assert not re.search(r"PASSWORD|SECRET|_KEY", setting), setting
    placed = {told["source"] for told in service.get("secrets", []) if isinstance(told, dict)}
    # None is given that nothing names: whoever does not need it does not have it.
    assert named | placed == mounted(name)


def test_every_secret_is_a_file_beside_the_set_up_and_is_in_neither_the_repository_nor_the_image():
    assert COMPOSE["secrets"] == {name: {"file": f"./secrets/{name}"} for name in COMPOSE["secrets"]}
    assert set().union(*map(mounted, SERVICES)) == set(COMPOSE["secrets"])
    assert "secrets/" in (ROOT / ".gitignore").read_text().split()
    assert {"secrets", ".env"} <= set((ROOT / ".dockerignore").read_text().split())


def test_who_has_which_secret():
    has = {secret: {name for name in SERVICES if secret in mounted(name)} for secret in COMPOSE["secrets"]}
    # Whoever can alter the tables, and nobody who is reached from outside (ASVS 13.3.2).
    assert has["owner_password"] == {"migrate", "database"}
    assert has["postgres_password"] == {"database"}
    assert has["app_password"] == {"web", "worker", "manage", "database"}
    assert has["encryption_key"] == has["email_url"] == has["sms_url"] == {"web", "worker", "manage"}
    assert has["valkey_password"] == OURS | {"broker"}
    assert has["tls_key"] == has["tls_certificate"] == {"nginx"}
    assert has["secret_key"] == OURS


def test_secrets_have_no_default():
    text = (ROOT / "docker-compose.yml").read_text()
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    assert set(defaults) == {
        *("TRUSTED_PROXY_COUNT", "HSTS_SUBDOMAINS", "SECURITY_CONTACT", "DEFAULT_FROM_EMAIL"),
        *("WEB", "SHARED_BUFFERS", "CACHE_SIZE", "DATABASE_MEMORY", "STAFF_URL", "STAFF_NAME", "CLAMD_ADDRESS"),
    }
    assert re.findall(r"\$\{(\w+):\?", text) == ["SITE_NAME"]


def test_ours_can_write_nowhere_but_in_memory_and_in_the_folders_they_are_for():
    written = {
        name: {volume for volume in SERVICES[name].get("volumes", []) if not volume.endswith(":ro")}
        for name in SERVICES
        if name != "database"
    }
    assert written == {
        "nginx": {"pages:/var/cache/nginx"},
        "web": {"snapshot:/snapshot", "uploads:/uploads"},
        "worker": {"uploads:/uploads"},
        "beat": set(),
        "migrate": {"static:/static"},
        # The key file is made and changed at the console alone.
        "manage": {"keys:/keys", "uploads:/uploads"},
        "broker": set(),
    }


def test_only_nginx_is_reached_from_outside_and_reaches_the_web_alone():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"nginx"}
    networks = {name: set(service["networks"]) for name, service in SERVICES.items()}
    assert {name for name in SERVICES if networks[name] & networks["nginx"]} == {"nginx", "web"}
    for shut in ("database", "broker"):
        assert networks[shut] == {"back"}
    assert {name for name, told in COMPOSE["networks"].items() if told.get("internal")} == {"front", "back"}
    # To the mail server and the gateway.
    assert {name for name in SERVICES if "out" in networks[name]} == {"web", "worker", "manage"}


def test_every_setting_it_gives_is_one_the_portal_reads():
    settings = (ROOT / "config" / "settings.py").read_text()
    known = {*re.findall(r'"([A-Z_]+)"', settings), *SECRETS, *(f"{name}_FILE" for name in SECRETS)}
    for name in OURS:
        assert [setting for setting in SERVICES[name]["environment"] if setting not in known] == []


def test_what_is_mounted_and_built_from_exists():
    volumes = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])]
    for path in [*(volume for volume in volumes if volume.startswith("./")), SERVICES["web"]["build"]["dockerfile"]]:
        assert (ROOT / path).is_file(), path
    assert {volume for volume in volumes if not volume.startswith("./")} == set(COMPOSE["volumes"])


def test_the_image_has_no_history_no_data_no_tests_and_no_user_with_power():
    left_out = set((ROOT / ".dockerignore").read_text().split())
    assert left_out >= {".git", ".data", ".venv", "tests", "bench", "docs"}
    recipe = (ROOT / "config" / "Dockerfile").read_text()
    assert recipe.rindex("USER portal") > recipe.rindex("RUN ")
    assert "--require-hashes" in recipe
    assert {SERVICES[name]["user"] for name in OURS} == {f"{number}:{number}" for number in re.findall(r"--[ug]id (\d+)", recipe)}


def test_what_is_under_way_may_end():
    """Each is given longer than what it may be at: see docs/deployment.md."""
    patience = {name: int(SERVICES[name]["stop_grace_period"].removesuffix("s")) for name in ("web", "worker", "database")}
    assert patience["web"] > 30
    assert patience["worker"] > 20
    assert patience["database"] >= 60


def test_each_package_is_pinned_with_its_hash():
    for name in ("requirements.lock", "requirements-dev.lock"):
        packages = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert len(packages) > 20
        assert [each for each in packages if not re.match(r"[\w.\[\],-]+==\S+", each) or "--hash=sha256:" not in each] == []
