"""The places of a month's texts, in few bytes: one after another, two bytes each, or, where that is longer, one bit for each place.

A place counts a month's texts from 0, the oldest, and is below 32,768. Lists of places ascend.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from struct import pack, unpack
from typing import NamedTuple


class Places(NamedTuple):
    """A list as it is kept, and of how many places it is."""

    length: int
    kept: bytes

    @property
    def is_bits(self) -> bool:
        """Bits are chosen only where they are fewer bytes, so the length tells which it is."""
        return len(self.kept) != 2 * self.length


def kept(places: Sequence[int]) -> bytes:
    """A list as it is kept."""
    length = places[-1] // 8 + 1 if places else 0
    if length >= 2 * len(places):
        return numbers(places)
    bits = bytearray(length)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def numbers(some: Sequence[int]) -> bytes:
    """Whole numbers below 65,536, two bytes each, the lower one first."""
    return pack(f"<{len(some)}H", *some)


def read(some: bytes) -> tuple[int, ...]:
    """The numbers that `numbers` packed."""
    return unpack(f"<{len(some) // 2}H", some)


def in_all(lists: Sequence[Places]) -> Iterator[int]:
    """The places that are in every one of these lists, the greatest first; bits are looked through only as far as they are asked for."""
    left = _common(lists)
    if isinstance(left, set):
        yield from sorted(left, reverse=True)
        return
    while left:
        place = left.bit_length() - 1
        yield place
        left ^= 1 << place


def how_many(lists: Sequence[Places]) -> int:
    """How many places are in every one of these lists."""
    left = _common(lists)
    return len(left) if isinstance(left, set) else left.bit_count()


def _common(lists: Sequence[Places]) -> set[int] | int:
    """What the lists have in common: places, or, where every list is bits, bits."""
    numbered = sorted(each for each in lists if not each.is_bits)
    bits = [each.kept for each in lists if each.is_bits]
    if not numbered:
        return reduce(int.__and__, (int.from_bytes(each, "little") for each in bits))
    found = set(read(numbered[0].kept)).intersection(*(read(each.kept) for each in numbered[1:]))
    for each in bits:
        end = 8 * len(each)
        found = {place for place in found if place < end and each[place >> 3] >> (place & 7) & 1}
    return found
