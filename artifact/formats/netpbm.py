"""PPM and its relatives of Netpbm: PGM, PBM, PNM."""

import re

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

_BEGINS = re.compile(rb"P(?:(?:[1-6f]|yP)\s|yRGBA|yCMYK|0CMYK)\s*[\d#]")  # text may begin with P5

FORMAT = Format(
    name="PPM",
    suffixes=(".ppm", ".pgm", ".pbm", ".pnm"),
    media_types=("image/x-portable-anymap", "image/x-portable-pixmap", "image/x-portable-graymap"),
    recognises=lambda head: _BEGINS.match(head) is not None,
    open=lambda data: PillowFile(data, ["PPM"]),
)
