"""Time pieces of work side by side and hold each to what was promised of it."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One promise: what, the figure measured, the limit, and whether it is a ceiling or a floor. Without a limit, only a figure."""

    what: str
    measured: float
    limit: float | None
    unit: str = "×"
    floor: bool = False

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.measured >= self.limit if self.floor else self.measured <= self.limit

    def __str__(self) -> str:
        if self.limit is None:
            return f"      {self.measured:10.2f} {self.unit:2}  {self.what}"
        word = "at least" if self.floor else "at most"
        mark = "ok  " if self.holds else "FAIL"
        return f"{mark}  {self.measured:10.2f} {self.unit:2} ({word} {self.limit:g})  {self.what}"


def side_by_side(*work: Callable[[], object], rounds: int = 15) -> list[float]:
    """The fastest of `rounds` runs of each piece of work, in seconds. They take turns, so that a busy moment slows all of them."""
    best = [float("inf")] * len(work)
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for index, piece in enumerate(work):
                began = time.perf_counter()
                piece()
                best[index] = min(best[index], time.perf_counter() - began)
    finally:
        gc.enable()
    return best
