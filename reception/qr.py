"""A QR code as the path of an SVG, so that pages draw it without a picture to fetch and without trusted markup."""

from dataclasses import dataclass

import segno

QUIET = 4


@dataclass(frozen=True)
class Code:
    """A QR code: `size` modules each way, the quiet zone included, and the SVG path of its dark ones."""

    size: int
    path: str


def code(text: str) -> Code:
    """The QR code of a text, with a quarter of it allowed to be dirty."""
    made = segno.make(text, error="q", micro=False)
    runs = []
    for y, row in enumerate(made.matrix):
        x = 0
        while x < len(row):
            length = 1
            while x + length < len(row) and row[x + length] == row[x]:
                length += 1
            if row[x]:
                runs.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length
    return Code(len(made.matrix) + 2 * QUIET, "".join(runs))
