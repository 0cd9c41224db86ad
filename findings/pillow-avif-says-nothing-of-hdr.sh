#!/usr/bin/env bash
# Of an AVIF whose samples are PQ or HLG (HDR), Pillow 13.0.0 gives pixels as of any sRGB picture, and says nothing of it:
# the same samples declared as sRGB, PQ and HLG give the same pixels, and `info` holds no word of the transfer function.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pillow==13.0.0 imagecodecs==2026.3.6 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import imagecodecs
import numpy as np
import PIL
from PIL import Image

ramp = np.repeat(np.tile(np.arange(0, 1024, 16, dtype=np.uint16), (64, 1))[..., None], 3, axis=2)
print("Pillow", PIL.__version__, "imagecodecs", imagecodecs.__version__)
found = {}
for name, transfer in (("sRGB", 13), ("PQ", 16), ("HLG", 18)):
    data = imagecodecs.avif_encode(ramp, bitspersample=10, primaries=9, transfer=transfer, matrix=9)
    place = data.index(b"colrnclx") + 10
    picture = Image.open(io.BytesIO(data))
    pixels = np.asarray(picture.convert("RGB"))
    found[name] = pixels
    print(f"{name}: declared {int.from_bytes(data[place:place + 2], 'big')}, mean {pixels.mean():.2f}, info {sorted(picture.info)}")
    if any("transfer" in key or "nclx" in key or "cicp" in key for key in picture.info):
        sys.exit(1)
same = all(np.array_equal(found["sRGB"], pixels) for pixels in found.values())
print("the same pixels for all three:", same)
sys.exit(0 if same else 1)
PYTHON
