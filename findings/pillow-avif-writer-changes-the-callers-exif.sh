#!/usr/bin/env bash
# Saving a picture as AVIF takes the orientation out of the Exif object that the caller gave, so the next file that is
# saved with the same object lies on its side: of a loop over formats, all those after AVIF. PNG, JPEG and WebP leave it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io

import PIL
from PIL import ExifTags, Image

print("Pillow", PIL.__version__)
seen = {}
for file_format in ("JPEG", "PNG", "WEBP", "AVIF"):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.new("RGB", (16, 8)).save(io.BytesIO(), file_format, exif=exif)
    seen[file_format] = exif.get(ExifTags.Base.Orientation)
    print(f"the caller's orientation after saving as {file_format}: {seen[file_format]}")
raise SystemExit(0 if seen == {"JPEG": 6, "PNG": 6, "WEBP": 6, "AVIF": None} else 1)
PYTHON
