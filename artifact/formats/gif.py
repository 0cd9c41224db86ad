"""GIF; of an animation, the first frame."""

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

FORMAT = Format(
    name="GIF",
    suffixes=(".gif",),
    media_types=("image/gif",),
    recognises=lambda head: head.startswith((b"GIF87a", b"GIF89a")),
    open=lambda data: PillowFile(data, ["GIF"]),
)
