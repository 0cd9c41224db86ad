"""PNG; of an animated one, the picture that programs without animation show."""

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

FORMAT = Format(
    name="PNG",
    suffixes=(".png",),
    media_types=("image/png",),
    recognises=lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    open=lambda data: PillowFile(data, ["PNG"]),
)
