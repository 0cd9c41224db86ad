#!/usr/bin/env bash
# Six gray pictures of 28 x 28 pixels, exported by datumaro as MNIST. The header of the IDX file should hold 6, 28, 28;
# datumaro writes the number of bytes in place of the number of images (4704, 28, 28), so a reader that believes the
# header asks for 784 times the bytes that are there. And of a set exported as mvtec_classification no label is left:
# the images lie flat in train/, no file says their classes, and datumaro itself does not find a data set there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q datumaro==1.13.12
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import gzip
import struct
from importlib.metadata import version
from pathlib import Path

import numpy as np
from datumaro.components.annotation import Label
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import Image

items = [
    DatasetItem(
        id=str(number),
        subset="train",
        media=Image.from_numpy(np.full((28, 28), number, np.uint8)),
        annotations=[Label(number % 2)],
    )
    for number in range(6)
]
dataset = Dataset.from_iterable(items, categories=["good", "broken"])
dataset.export("mnist", "mnist", save_media=True)
data = gzip.decompress(Path("mnist/train-images-idx3-ubyte.gz").read_bytes())
header = struct.unpack(">4I", data[:16])
print("datumaro", version("datumaro"), "mnist: header", header, "and", len(data) - 16, "bytes of pixels")

dataset.export("mvtec", "mvtec_classification", save_media=True)
files = sorted(str(path.relative_to("mvtec")) for path in Path("mvtec").rglob("*") if path.is_file())
print("mvtec_classification:", files)
try:
    found = len(Dataset.import_from("mvtec", "mvtec_classification"))
except Exception as error:
    found = type(error).__name__
print("imported again:", found)
lost = files == [f"train/{number}.png" for number in range(6)] and found == "DatasetNotFoundError"
raise SystemExit(0 if header == (2051, 4704, 28, 28) and len(data) == 16 + 6 * 784 and lost else 1)
PYTHON
