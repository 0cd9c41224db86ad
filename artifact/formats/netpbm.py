"""PPM and its relatives of Netpbm: PGM, PBM, PNM."""

from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile

FORMAT = Format(
    name="PPM",
    suffixes=(".ppm", ".pgm", ".pbm", ".pnm"),
    media_types=("image/x-portable-anymap", "image/x-portable-pixmap", "image/x-portable-graymap"),
    recognises=lambda head: head[:1] == b"P" and head[1:2] in b"0123456fy" and len(head) > 1,
    open=lambda data: PillowFile(data, ["PPM"]),
)
