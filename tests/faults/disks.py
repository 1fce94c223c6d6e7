"""Disks of a few megabytes, that are filled to the last byte or made read-only: what they answer is the kernel's own answer.

``python -m tests.faults.disks`` says by its status whether this machine lets one be mounted.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

FILLER = ".filler"


class Disk:
    """A file system of its own, in memory."""

    def __init__(self, path):
        self.path = path

    def fill(self, *, but=0):
        """Leave so many bytes free and no more, in whole pages."""
        with (self.path / FILLER).open("ab") as filler:
            found = os.statvfs(self.path)
            left = found.f_bavail * found.f_frsize - but
            if left > 0:
                filler.write(bytes(left))

    def free(self):
        (self.path / FILLER).unlink()

    def read_only(self, is_so):
        subprocess.run(["mount", "-o", f"remount,{'ro' if is_so else 'rw'}", self.path], check=True)

    def files(self):
        return sorted(path for path in self.path.rglob("*") if path.is_file() and path.name != FILLER)


@contextmanager
def mounted(size, *, owner=None):
    """A disk of a size as `mount` takes it, for a user, whose number is given, where it is not ours."""
    above = Path(tempfile.mkdtemp(prefix="disk-"))
    above.chmod(0o711)
    path = above / "d"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "reception-day", path], check=True)
    try:
        if owner is not None:
            os.chown(path, owner, -1)
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)
        shutil.rmtree(above)


def main():
    try:
        with mounted("64k"):
            return 0
    except (OSError, subprocess.CalledProcessError):
        return 1


if __name__ == "__main__":
    sys.exit(main())
