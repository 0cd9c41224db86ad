#!/usr/bin/env bash
# Pillow decodes a still WebP through libwebp's decoder of animations, which keeps two canvases of four bytes a pixel
# beside Pillow's own picture and its copy: 16 bytes a pixel at the peak, where a PNG or a TIFF of the same picture
# takes 4. A limit on memory that suits PNG refuses or is passed by a WebP of a quarter of the size.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0
cat > "$folder/peak.py" <<'PYTHON'
import re
import sys
from pathlib import Path

from PIL import Image


def peak():
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) * 1024


Image.init()
with Image.open(sys.argv[1]) as picture:
    before = peak()
    picture.load()
    print((peak() - before) / (picture.width * picture.height))
PYTHON
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import subprocess
import sys
from pathlib import Path

import PIL
from PIL import Image, features

folder = Path(sys.argv[1])
print("Pillow", PIL.__version__, "with libwebp", features.version("webp"))
picture = Image.linear_gradient("L").resize((4000, 3000)).convert("RGB")
seen = {}
for kind in ("png", "tiff", "webp"):
    picture.save(folder / f"picture.{kind}")
    command = [sys.executable, folder / "peak.py", folder / f"picture.{kind}"]
    seen[kind] = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print(f"{kind}: {seen[kind]:.1f} bytes a pixel at the peak of decoding 12 megapixels")
raise SystemExit(0 if seen["webp"] > 12 and seen["png"] < 6 and seen["tiff"] < 6 else 1)
PYTHON
