"""WebP; of an animation, the first frame."""

from artifact.formats import zero_tail
from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

_WORKING_BYTES = 19
"""libwebp's animation decoder, which Pillow uses for still pictures too, keeps two canvases of its own."""


def _open(data: bytes) -> PillowFile:
    zero_tail.check_webp(data)
    return PillowFile(data, ["WEBP"], _WORKING_BYTES)


FORMAT = Format(
    name="WebP",
    suffixes=(".webp",),
    media_types=("image/webp",),
    recognises=lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
    open=_open,
)
