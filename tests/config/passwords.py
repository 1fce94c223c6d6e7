"""PostgreSQL that wants passwords, of one database of the suite's server: it trusts everybody everywhere else."""

import os
from contextlib import contextmanager
from pathlib import Path

import psycopg2

# Hard to quote, each in its own way.
PASSWORDS = {"app_password": "app: /p@ss%w'ord", "owner_password": 'owner? #"1', "valkey_password": "v%41@lkey /#"}


@contextmanager
def only_with_passwords(database):
    """For this database the suite's PostgreSQL wants the two roles' passwords; it trusts them everywhere else."""
    rules = Path(os.environ["DATA_DIR"]) / "postgresql" / "pg_hba.conf"
    before, owner = rules.read_text(), rules.stat()
    server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    server.autocommit = True

    def put(text, passwords):
        new = rules.with_suffix(".new")
        new.write_text(text)
        os.chown(new, owner.st_uid, owner.st_gid)
        new.chmod(0o600)
        new.replace(rules)
        with server.cursor() as cursor:
            for role, password in passwords.items():
                cursor.execute(f"ALTER ROLE {role} PASSWORD %s", [password])
            cursor.execute("SELECT pg_reload_conf()")

    roles = {"reception_app": PASSWORDS["app_password"], "reception_owner": PASSWORDS["owner_password"]}
    try:
        put("".join(f"local {database} {role} scram-sha-256\n" for role in roles) + before, roles)
        yield
    finally:
        put(before, dict.fromkeys(roles))
        server.close()
