#!/usr/bin/env bash
# ClearML 2.1.12: a scalar that is NaN or infinite is stored as 0.0 (one line on the console says so), unless another value
# was set with Logger.set_reporting_nan_value. A loss that became NaN reads as a perfect one in the stored metrics.
# The session is offline, so that nothing leaves the machine.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'clearml==2.1.12' 'setuptools==80.9.0'
cat > "$folder/look.py" <<'PYTHON'
import json
import math
import pathlib
import sys

import clearml

clearml.Task.set_offline(offline_mode=True)
task = clearml.Task.init("p", "t", auto_connect_frameworks=False, auto_resource_monitoring=False)
logged = [0.7, 0.5, math.nan, math.inf]
for step, value in enumerate(logged):
    task.get_logger().report_scalar("loss", "train", value, step)
task.flush(wait_for_uploads=True)
task.close()
(file,) = pathlib.Path.home().rglob("metrics.jsonl")
reports = [report for line in file.read_text().splitlines() for report in json.loads(line)]
stored = [report["value"] for report in reports if report["metric"] == "loss"]
print("clearml", clearml.__version__)
print("logged:", logged)
print("stored:", stored)
sys.exit(stored != [0.7, 0.5, 0.0, 0.0])
PYTHON
cd "$folder"
HOME="$folder" CLEARML_OFFLINE_MODE=1 "$folder/venv/bin/python" "$folder/look.py"
