#!/usr/bin/env bash
# Hugging Face datasets 5.2.0: a data set of images that was loaded from a folder and written with `to_parquet` holds no
# image, only each one's absolute path on the machine that wrote it; `push_to_hub` puts the bytes in. The copy loads
# elsewhere without a word, and fails at the first picture.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'datasets==5.2.0' 'pillow==12.0.0' 'pyarrow==26.0.1'
cat > "$folder/look.py" <<'PYTHON'
import sys
from pathlib import Path

import datasets
import pyarrow.parquet
from PIL import Image

root = Path(sys.argv[1])
for name in ("cat", "dog"):
    (root / "photos" / name).mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(root / "photos" / name / "1.png")
datasets.disable_progress_bars()
loaded = datasets.load_dataset("imagefolder", data_dir=str(root / "photos"), split="train")
loaded.to_parquet(str(root / "photos.parquet"))
rows = pyarrow.parquet.read_table(root / "photos.parquet").column("image").to_pylist()
print("datasets", datasets.__version__, "; pyarrow", pyarrow.__version__)
for row in rows:
    print("bytes:", row["bytes"], "; path below the folder written from:", Path(row["path"]).relative_to(root))
sys.exit(not all(row["bytes"] is None and Path(row["path"]).is_absolute() for row in rows))
PYTHON
HF_HOME="$folder/home" HF_HUB_OFFLINE=1 "$folder/venv/bin/python" "$folder/look.py" "$folder/data"
