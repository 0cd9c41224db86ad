"""BMP, the bitmaps of Windows."""

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

FORMAT = Format(
    name="BMP",
    suffixes=(".bmp", ".dib"),
    media_types=("image/bmp",),
    recognises=lambda head: head.startswith(b"BM"),
    open=lambda data: PillowFile(data, ["BMP"]),
)
