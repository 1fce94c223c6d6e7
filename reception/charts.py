"""Bars as SVG, drawn by the server: the numbers stand beside them in a table, so a picture is never the only way to a figure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LINE, THICK = 640, 44, 14
# What the number beside the longest bar needs.
MARGIN = 70


@dataclass(frozen=True)
class Bar:
    """One bar: its words stand at `text_y`, the bar below at `y`, `length` wide, the number at `number_x`."""

    words: str
    number: int
    text_y: int
    y: int
    length: int

    @property
    def number_x(self) -> int:
        return self.length + 8

    @property
    def number_y(self) -> int:
        return self.y + THICK - 2


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]

    width = WIDTH
    thick = THICK

    @property
    def height(self) -> int:
        return LINE * len(self.bars) + 6


def bars(rows: Sequence[tuple[str, int]]) -> Chart | None:
    """One bar for each of `rows`, whole numbers from 0 up, the greatest as long as there is room. None where all are 0."""
    greatest = max((number for _words, number in rows), default=0)
    if greatest <= 0:
        return None
    return Chart(
        tuple(
            Bar(words, number, LINE * place + 16, LINE * place + 24, number * (WIDTH - MARGIN) // greatest)
            for place, (words, number) in enumerate(rows)
        )
    )
