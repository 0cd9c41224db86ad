"""The image formats that are read: one module and one row each.

Every list of suffixes, media types and names in this project is made from `TABLE`. A file is known by its content,
never by its name; the first row that recognises it is its format.
"""

from artifact.formats import avif, bmp, dicom, gif, heif, jpeg, jpeg2000, netpbm, png, tiff, webp
from artifact.formats.interface import Format, Source

__all__ = ["MEDIA_TYPES", "SUFFIXES", "TABLE", "Format", "Source", "names", "recognise"]

TABLE: tuple[Format, ...] = (
    jpeg.FORMAT,
    png.FORMAT,
    webp.FORMAT,
    gif.FORMAT,
    bmp.FORMAT,
    tiff.FORMAT,
    netpbm.FORMAT,
    avif.FORMAT,
    heif.FORMAT,
    jpeg2000.FORMAT,
    dicom.FORMAT,
)

SUFFIXES = frozenset(suffix for row in TABLE for suffix in row.suffixes)
"""How the names of image files end, in small letters, with the dot."""
MEDIA_TYPES = tuple(kind for row in TABLE for kind in row.media_types)

_HEAD = 4096
"""Bytes at the beginning of a file that a format is known by."""


def recognise(data: bytes) -> Format | None:
    """Return the format of a file, or None where it is of no format of the table."""
    head = data[:_HEAD]
    return next((row for row in TABLE if row.recognises(head)), None)


def names(enabled: tuple[str, ...] | None = None) -> str:
    """Return the formats' names as a sentence has them: `JPEG, PNG or TIFF`.

    Args:
        enabled: The names of those that are meant; None for all.
    """
    found = [row.name for row in TABLE if enabled is None or row.name in enabled]
    return " or ".join(filter(None, [", ".join(found[:-1]), found[-1]]))
