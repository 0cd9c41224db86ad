"""WebP; of an animation, the first frame."""

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

_WORKING_BYTES = 19
"""libwebp's animation decoder, which Pillow uses for still pictures too, keeps two canvases of its own."""

FORMAT = Format(
    name="WebP",
    suffixes=(".webp",),
    media_types=("image/webp",),
    recognises=lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
    open=lambda data: PillowFile(data, ["WEBP"], _WORKING_BYTES),
)
