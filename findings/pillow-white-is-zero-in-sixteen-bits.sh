#!/usr/bin/env bash
# A gray TIFF in which 0 is white (PhotometricInterpretation 0, as film scanners write it): in 8 bits Pillow inverts it, in
# 16 bits of little-endian order it gives the negative without a word, and of big-endian order it knows no image in it.
# tifffile leaves the samples as they are stored and says so; libtiff's tiff2rgba gives the picture for all three.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0 tifffile==2026.3.3 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import io

import numpy as np
import PIL
import tifffile
from PIL import Image

print("Pillow", PIL.__version__, "tifffile", tifffile.__version__)
ink = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (8, 1))  # from white to black
seen = {}
for name, values, order in (("8 bits", ink, "<"), ("16 bits II", ink * np.uint16(257), "<"), ("16 bits MM", ink * np.uint16(257), ">")):
    file = io.BytesIO()
    tifffile.imwrite(file, values.astype(values.dtype.newbyteorder(order)), photometric="miniswhite", byteorder=order)
    try:
        found = np.asarray(Image.open(file)).astype(int)
        seen[name] = "as light" if found[0, 0] > found[0, -1] else "as its negative"
    except PIL.UnidentifiedImageError:
        seen[name] = "not an image"
    print(f"{name}: read {seen[name]}")
raise SystemExit(0 if list(seen.values()) == ["as light", "as its negative", "not an image"] else 1)
PYTHON
