#!/usr/bin/env bash
# One task of Label Studio, exported as TSV by its own converter: the file is called result.csv and has tabs. And the image
# is named as it was uploaded, /data/upload/1/0a1b2c3d-cat.png, a path of the server with eight characters before the
# name that no copy of the file on a disk has. A reader that goes by the suffix, or by the path, finds nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q label-studio-converter==0.0.59
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import json
from importlib.metadata import version
from pathlib import Path

from label_studio_converter import Converter

VIEW = """<View><Image name="image" value="$image"/>
<Choices name="choice" toName="image"><Choice value="cat"/><Choice value="dog"/></Choices></View>"""
result = [{"from_name": "choice", "to_name": "image", "type": "choices", "value": {"choices": ["cat"]}}]
note = {"id": 1, "completed_by": 1, "result": result, "created_at": "2026-01-01T00:00:00Z", "lead_time": 1.0}
task = {"id": 1, "data": {"image": "/data/upload/1/0a1b2c3d-cat.png"}, "annotations": [note]}
Path("tasks.json").write_text(json.dumps([task]))
Converter(config=VIEW, project_dir=".").convert("tasks.json", "out", "TSV", is_dir=False)
(file,) = Path("out").iterdir()
first, second = file.read_text().splitlines()
print("label-studio-converter", version("label-studio-converter"), file.name)
print(repr(first))
print(repr(second))
raise SystemExit(0 if file.name == "result.csv" and first.count("\t") >= 5 and "," not in first else 1)
PYTHON
