"""The environment of a local run: embedded servers where no address is given, and a secret kept in the data folder."""

import os
import secrets
import sys
from pathlib import Path

from config import embedded
from reception import vault

NEEDED = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL")


class Unfit(Exception):
    """The environment can't serve; the words say what to do."""


def prepare(data_dir: Path) -> dict[str, str]:
    """The environment for every process of a local run. Starts what is not given. Raises `Unfit`."""
    given = [name for name in ("DATABASE_URL", "OWNER_DATABASE_URL") if os.environ.get(name)]
    if len(given) == 1:
        missing = "OWNER_DATABASE_URL" if given == ["DATABASE_URL"] else "DATABASE_URL"
        raise Unfit(
            f"{given[0]} is set but {missing} is not. The portal uses two roles of one database: one that owns the tables and one "
            f"that owns nothing (config/roles.sql makes them). Set both, or neither to use the embedded PostgreSQL."
        )
    environment = dict(os.environ)
    if not given or not os.environ.get("REDIS_URL"):
        servers = embedded.start(data_dir)
        for name, value in servers.environment.items():
            environment[name] = os.environ.get(name) or value
        environment["SUPERUSER_DATABASE_URL"] = servers.superuser_database_url
        if not given:
            environment.setdefault("BACKUP_DATABASE_URL", servers.superuser_database_url)
    environment.setdefault("SECRET_KEY", _secret(data_dir))
    environment.setdefault("STATIC_ROOT", str(data_dir / "static"))
    environment.setdefault("KEYS_FILE", str(_keys(data_dir)))
    environment.setdefault("SNAPSHOT_DIR", str(data_dir / "snapshot"))
    environment.setdefault("UPLOADS_DIR", str(data_dir / "uploads"))
    return environment


def _secret(data_dir: Path) -> str:
    kept = data_dir / "secret_key"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text().strip()


def _keys(data_dir: Path) -> Path:
    """A key file of this machine's own, made once. Where one is named, it is never made by itself: a new one would open nothing."""
    kept = data_dir / "keys.json"
    if not os.environ.get("KEYS_FILE") and not kept.exists():
        vault.store(vault.new_keyring(), kept)
    return kept


def main() -> int:
    """``python -m config.environment COMMAND …``: run a command in the prepared environment, as the Makefile's targets do."""
    if len(sys.argv) < 2:
        print("usage: python -m config.environment COMMAND [ARGUMENT …]", file=sys.stderr)
        return 2
    try:
        environment = prepare(Path(os.environ.get("DATA_DIR", ".data")).resolve())
    except (Unfit, RuntimeError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    return os.execvpe(sys.argv[1], sys.argv[1:], environment)


if __name__ == "__main__":
    sys.exit(main())
