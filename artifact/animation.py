"""Whether a file holds a moving picture, told from its bytes without decoding.

Of these the first frame is read, which is said wherever it happens. The several pictures of a phone's JPEG (MPO: a gain
map, a second view) are no frames of one another, and the first of them is the picture.
"""

from artifact.formats.iso_brands import brands

_SEQUENCES = {b"avis", b"msf1", b"hevc", b"hevx", b"hevm", b"hevs"}
_GIF_IMAGE, _GIF_EXTENSION = 0x2C, 0x21
_WEBP_ANIMATED = 0x02
_MOST_BLOCKS = 100_000


def is_animated(data: bytes) -> bool:
    """Tell whether a file has more than one frame; a damaged one has not."""
    try:
        if data.startswith(b"GIF8"):
            return _gif_images(data) > 1
        if data.startswith(b"\x89PNG"):
            return _apng_frames(data) > 1
        if data.startswith(b"RIFF") and data[8:16] == b"WEBPVP8X":
            return bool(data[20] & _WEBP_ANIMATED) and data.count(b"ANMF", 30, len(data)) > 1
        return not _SEQUENCES.isdisjoint(brands(data[:4096]))
    except IndexError:
        return False


def _gif_images(data: bytes) -> int:
    """Count a GIF's images, to two (GIF89a, sections 18 to 26)."""
    place, images = 13 + _color_table(data[10]), 0
    for _ in range(_MOST_BLOCKS):
        if data[place] == _GIF_IMAGE:
            images += 1
            place += 10 + _color_table(data[place + 9]) + 1
        elif data[place] == _GIF_EXTENSION:
            place += 2
        else:
            return images
        if images == 2:
            return images
        while data[place]:  # blocks of data, each behind its length
            place += 1 + data[place]
        place += 1
    return images


def _color_table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _apng_frames(data: bytes) -> int:
    """Return the frames that the chunk acTL declares before the picture (PNG, third edition)."""
    place = data.find(b"acTL", 0, max(0, data.find(b"IDAT")))
    return int.from_bytes(data[place + 4 : place + 8], "big") if place > 0 else 1
