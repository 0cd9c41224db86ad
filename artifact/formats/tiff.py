"""TIFF, as scanners, cameras and image editors write it."""

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

FORMAT = Format(
    name="TIFF",
    suffixes=(".tif", ".tiff"),
    media_types=("image/tiff",),
    recognises=lambda head: head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    open=lambda data: PillowFile(data, ["TIFF"]),
)
