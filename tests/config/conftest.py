"""What the tests of other programs' files share."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def folder():
    """Not pytest's own: nginx's workers, PgBouncer and PostgreSQL are other users and must pass through, and each new session of pytest
    shuts its folders against others."""
    made = Path(tempfile.mkdtemp(prefix="portal-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)
