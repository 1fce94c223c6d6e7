"""What a test of full size measured: said at once, and, where `FIGURES` names a file, kept for the last line of `make burst`."""

import os
import sys
from pathlib import Path


def progress(what, done, of, steps=20):
    """Say how far it is, so many times in all."""
    if of >= 1000 and done % (of // steps) == 0:
        sys.stderr.write(f"{what}: {done:,} of {of:,}\n")


def tell(line):
    sys.stderr.write(f"\n{line}\n")
    if os.environ.get("FIGURES"):
        with Path(os.environ["FIGURES"]).open("a") as file:
            file.write(f"{line}\n")
