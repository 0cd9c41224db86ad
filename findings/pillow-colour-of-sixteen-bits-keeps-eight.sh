#!/usr/bin/env bash
# A colour picture of 16 bits a sample that holds 12 (0 to 4095, as cameras write them): Pillow opens PNG and TIFF alike as
# RGB of 8 bits by dropping the lower eight, so that 16 of 256 levels are left and the picture is nearly black, without a
# word. The same samples in gray are given in 16 bits. imagecodecs gives all 16 of both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0 imagecodecs==2026.3.6 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import io

import imagecodecs
import numpy as np
import PIL
from PIL import Image

print("Pillow", PIL.__version__, "imagecodecs", imagecodecs.__version__)
gray = np.tile(np.arange(4096, dtype=np.uint16), (4, 1))
seen = {}
for name, values in (("gray", gray), ("colour", np.dstack([gray] * 3))):
    data = imagecodecs.png_encode(values)
    opened = Image.open(io.BytesIO(data))
    levels = len(np.unique(np.asarray(opened)))
    seen[name] = (opened.mode, levels, len(np.unique(imagecodecs.png_decode(data))))
    print(f"{name}: Pillow's mode {opened.mode}, {levels} levels; imagecodecs {seen[name][2]} levels")
raise SystemExit(0 if seen == {"gray": ("I;16", 4096, 4096), "colour": ("RGB", 16, 4096)} else 1)
PYTHON
