"""AVIF, as the web has it, by Pillow; of a sequence, the first frame."""

from artifact.formats import iso_boxes, zero_tail
from artifact.formats.interface import Format
from artifact.formats.iso_brands import brands
from artifact.formats.pillow_file import PillowFile

_WORKING_BYTES = 13
"""libavif keeps the planes that were decoded beside the pixels that it makes of them."""


def _open(data: bytes) -> PillowFile:
    iso_boxes.check_transfer(data, "AVIF")
    zero_tail.check_boxes(data)
    opened = PillowFile(data, ["AVIF"], _WORKING_BYTES)
    opened.declare(iso_boxes.profile(data))
    return opened


FORMAT = Format(
    name="AVIF",
    suffixes=(".avif", ".avifs"),
    media_types=("image/avif",),
    recognises=lambda head: not {b"avif", b"avis"}.isdisjoint(brands(head)),
    open=_open,
)
