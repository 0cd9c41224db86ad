"""The directories of a TIFF: what it says of each page, read within bounds before any library is let at it."""

import struct
from dataclasses import dataclass, field

from artifact.errors import Damage

_MOST_PAGES = 4096
_MOST_TAGS = 1024
_MOST_VALUES = 16
"""Values of a tag that are read; what is asked for has few."""
_TYPES = {1: "B", 2: "s", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 18: "Q"}

Values = tuple[float, ...]


@dataclass(frozen=True)
class Directory:
    """One picture of a TIFF, by its tags.

    Attributes:
        tags: The first values of each tag that holds numbers.
        below: Whether it is a directory inside another's, as raw pictures and pyramids have them.
    """

    tags: dict[int, Values] = field(default_factory=dict)
    below: bool = False

    def one(self, tag: int, default: int) -> int:
        """Return the first value of a tag as a whole number."""
        found = self.tags.get(tag)
        return int(found[0]) if found else default

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.one(256, 0), self.one(257, 0)

    @property
    def bits(self) -> Values:
        """Bits of each sample, as many as are declared."""
        return self.tags.get(258, (1,))

    @property
    def reduced(self) -> bool:
        """Whether it is a smaller copy, or a mask, of another."""
        return bool(self.one(254, 0) & 5) or self.one(255, 1) == 2


def read(data: bytes) -> list[Directory]:
    """Return the directories of a TIFF in the file's order, those below another behind it.

    Raises:
        Damage: The file is damaged, or has more pages than are read.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    layout = ("Q", "Q", 8) if big else ("H", "I", 4)  # how a count of tags, and an offset, are written; its length
    waiting = [(struct.unpack_from(order + layout[1], data, 8 if big else 4)[0], False)]
    found: list[Directory] = []
    entered = set()
    while waiting:
        offset, below = waiting.pop()
        if offset == 0 or offset in entered:
            continue
        if len(found) >= _MOST_PAGES:
            raise Damage(f"it has more than {_MOST_PAGES} pages")
        entered.add(offset)
        tags, following = _directory(data, offset, order, layout)
        found.append(Directory(tags, below))
        waiting.append((following, below))
        waiting += [(int(place), True) for place in tags.get(330, ()) if place == int(place)]
    return found


def _directory(data: bytes, offset: int, order: str, layout: tuple[str, str, int]) -> tuple[dict[int, Values], int]:
    count_type, offset_type, width = layout
    count = struct.unpack_from(order + count_type, data, offset)[0]
    if count > _MOST_TAGS:
        raise Damage(f"a page has {count} tags")
    place = offset + struct.calcsize(order + count_type)
    tags: dict[int, Values] = {}
    for _ in range(count):
        tag, kind, number = struct.unpack_from(order + "HH" + offset_type, data, place)
        values = _values(data, place + 4 + width, order, kind, (number, offset_type, width))
        if values:
            tags.setdefault(tag, values)
        place += 4 + 2 * width
    try:
        return tags, struct.unpack_from(order + offset_type, data, place)[0]
    except struct.error:  # cut short behind its last page
        return tags, 0


def _values(data: bytes, place: int, order: str, kind: int, layout: tuple[int, str, int]) -> Values:
    """Return the first values of a tag; none where they are no numbers or lie outside the file."""
    number, offset_type, width = layout
    letter = _TYPES.get(kind)
    if letter is None or letter == "s" or number == 0:
        return ()
    if struct.calcsize(order + letter) * number > width:
        place = struct.unpack_from(order + offset_type, data, place)[0]
    try:
        return struct.unpack_from(f"{order}{min(number, _MOST_VALUES)}{letter}", data, place)
    except struct.error:
        return ()
