#!/usr/bin/env bash
# A column of images of Hugging Face's datasets, saved with to_csv, becomes the text that Python prints of a dictionary of
# bytes ("{'bytes': b'\x89PNG..."), without a warning; datasets itself reads it back as a string. to_json of the same data set
# ends with an OverflowError about UTF-8. Only to_parquet and save_to_disk keep the images.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q datasets==5.2.0 pillow==13.0.0
cd "$folder"
export HF_HUB_OFFLINE=1 HF_HOME="$folder/home"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
from datasets import Dataset, Features, Image, Value, load_dataset
from PIL import Image as Pillow

noise = np.random.default_rng(0)
pictures = [Pillow.fromarray(noise.integers(0, 256, (8, 8, 3), np.uint8)) for _ in range(4)]
features = Features({"image": Image(), "label": Value("string")})
data = Dataset.from_dict({"image": pictures, "label": ["cat", "dog"] * 2}, features=features)
data.to_csv("a.csv")
again = load_dataset("csv", data_files="a.csv", split="train")
cell = again[0]["image"]
try:
    data.to_json("a.json")
    json = "written"
except Exception as error:
    json = f"{type(error).__name__}: {error}"
print("datasets", version("datasets"), "to_csv gives", type(cell).__name__, repr(cell[:24]))
print("to_json:", json)
raise SystemExit(0 if isinstance(cell, str) and cell.startswith("{'bytes': b") and json.startswith("OverflowError") else 1)
PYTHON
