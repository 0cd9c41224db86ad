"""BMP, the bitmaps of Windows."""

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

_HEADERS = {size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124)}
"""The lengths that the second header has, from OS/2 to Windows 98; text may begin with BM."""

FORMAT = Format(
    name="BMP",
    suffixes=(".bmp", ".dib"),
    media_types=("image/bmp",),
    recognises=lambda head: head.startswith(b"BM") and head[14:18] in _HEADERS,
    open=lambda data: PillowFile(data, ["BMP"]),
)
