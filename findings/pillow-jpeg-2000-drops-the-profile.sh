#!/usr/bin/env bash
# A JPEG 2000 may hold an ICC profile in its box `colr` (ITU-T T.800, I.5.3.3, method 2), as archives' scanners write it.
# Pillow opens such a file without it: `info` has no `icc_profile`, as it has of a PNG, TIFF or JPEG with the very same profile,
# so a picture of a wide colour space comes out pale and nothing says so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import struct

import PIL
from PIL import Image, ImageCms

profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
picture = Image.new("RGB", (32, 32), (200, 60, 40))


def saved(file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def with_profile(data: bytes) -> bytes:
    """Put a box `colr` of method 2 in the place of the one of sRGB by number."""
    start, head = data.index(b"colr") - 4, data.index(b"jp2h") - 4
    size = struct.unpack_from(">I", data, start)[0]
    box = struct.pack(">I", 11 + len(profile)) + b"colr" + b"\2\0\0" + profile
    longer = struct.unpack_from(">I", data, head)[0] - size + len(box)
    return data[:head] + struct.pack(">I", longer) + data[head + 4 : start] + box + data[start + size :]


found = {}
for name in ("PNG", "TIFF", "JPEG"):
    found[name] = Image.open(io.BytesIO(saved(name, icc_profile=profile))).info.get("icc_profile") == profile
asked = Image.open(io.BytesIO(saved("JPEG2000", icc_profile=profile)))  # the writer passes it over too
opened = Image.open(io.BytesIO(with_profile(saved("JPEG2000"))))
opened.load()
found["JPEG2000"] = "icc_profile" in opened.info
found["JPEG2000 written by Pillow"] = "icc_profile" in asked.info
print("Pillow", PIL.__version__, "has the profile of", found, "pixel", opened.getpixel((0, 0)))
expected = {"PNG": True, "TIFF": True, "JPEG": True, "JPEG2000": False, "JPEG2000 written by Pillow": False}
raise SystemExit(0 if found == expected else 1)
PYTHON
