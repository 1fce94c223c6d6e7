"""`make drill`: a backup of the demo county, more work, a moment, more work and mail; then the restore to the moment, looked at.

Everything stands in a folder of its own, and its servers are stopped at the end.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from config import embedded
from config.environment import Unfit, prepare

WORK = 5
ENTRIES, SENT = (
    "SELECT count(*) FROM reception_entry",
    "SELECT count(*) FROM reception_message WHERE state = 'sent' AND channel = 'email'",
)


class Drill:
    """The folder, what a process needs to work there, and how many seconds each step took."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.backup = folder, folder / "backup"
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.update(WAL_SPOOL_DIR=str(folder / "wal"), BACKUP_KEY_FILE=str(folder / "backup.key"))
        self.environment = {**prepare(folder), "DEMO": "1", "EMAIL_URL": "dummymail://", "SMS_URL": ""}

    def manage(self, *arguments: str, said: str | None = None) -> str:
        """Run a command of the portal; what it said. Raises `CalledProcessError`; its own words are on the error stream."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, input=said, text=True)
        return done.stdout

    def timed(self, words: str, *arguments: str) -> str:
        began = time.monotonic()
        said = self.manage(*arguments, "--language", "en")
        print(f" drill | {words}: {said.strip().splitlines()[-1]} ({time.monotonic() - began:.1f} s)", flush=True)
        return said

    def asked(self, statement: str) -> str:
        """What the database's superuser is answered, whom no wall stops."""
        server = psycopg2.connect(self.environment["BACKUP_DATABASE_URL"], dbname="reception")
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)
            answer = cursor.fetchone()[0]
        server.close()
        return str(answer)

    def work(self) -> None:
        """What stands in the journal afterwards."""
        for _n in range(WORK):
            self.manage("set_password", "chenghe", "demo-clerk", said="a long demo password\n")

    def archived(self) -> None:
        last = self.asked("SELECT pg_walfile_name(pg_switch_wal())")
        deadline = time.monotonic() + 60
        while self.asked("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver") < last:
            if time.monotonic() > deadline:
                raise RuntimeError("the database does not archive its log")
            time.sleep(0.1)

    def run(self) -> int:
        print(" drill | a county, in a database that archives its log", flush=True)
        self.manage("migrate", "--database", "owner", "--verbosity", "0")
        self.manage("demo")
        self.manage("backup_key")
        self.timed("base backup", "backup", str(self.backup))
        self.work()
        moment, entries, sent = self.asked("SELECT now()"), self.asked(ENTRIES), self.asked(SENT)
        print(f" drill | the moment: {moment}, {entries} journal entries, {sent} letters sent", flush=True)
        self.work()
        self.manage("run_messages", "--once")
        print(f" drill | afterwards: {self.asked(ENTRIES)} journal entries, {self.asked(SENT)} letters sent", flush=True)
        self.archived()
        self.timed("the log since", "backup", str(self.backup), "--wal")
        self.timed("verified", "verify_backup", str(self.backup))
        said = self.manage("restore_drill", str(self.backup), "--to", moment, "--language", "en")
        print(said)
        if f" {entries} entries" not in said:
            print("The restored journal is not the one of the moment.", file=sys.stderr)
            return 1
        return 0


def main() -> int:
    folder = (Path(os.environ.get("DATA_DIR") or ".data") / "drill").resolve()
    try:
        return Drill(folder).run()
    except (Unfit, OSError, RuntimeError) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"`{' '.join(error.cmd)}` failed; the lines above say why.", file=sys.stderr)
        return 1
    finally:
        embedded.stop(folder)


if __name__ == "__main__":
    sys.exit(main())
