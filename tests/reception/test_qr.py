"""The path of a QR code draws exactly its dark modules."""

import re

import segno

from reception import qr


def test_the_path_draws_what_the_code_is():
    text = "webcal://xinfang.example.invalid/chenghe/roster.ics"
    code = qr.code(text)
    drawn = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", code.path):
        drawn |= {(int(x) + step, int(y)) for step in range(int(length))}
    matrix = segno.make(text, error="q", micro=False).matrix
    dark = {(x + qr.QUIET, y + qr.QUIET) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert drawn == dark
    assert code.size == len(matrix) + 2 * qr.QUIET
