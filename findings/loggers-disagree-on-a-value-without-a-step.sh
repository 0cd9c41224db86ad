#!/usr/bin/env bash
# A metric that is logged six times without a step is six points to sacred 0.8.7, which counts, and one point six times over
# to MLflow 3.17.2 (file store and database) and tensorboardX 2.6.5, which write step 0 each time: drawn over the steps,
# their curve is a vertical line, and only the time of writing orders it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'mlflow-skinny==3.17.2' 'sqlalchemy==2.1.9' \
    'alembic==1.20.1' 'tensorboardX==2.6.5' 'sacred==0.8.7' 'setuptools==80.9.0'
cd "$folder"
export HOME=$folder MLFLOW_ALLOW_FILE_STORE=true
cat > look.py <<'PYTHON'
import glob
import json
import struct
import sys
import time
from importlib.metadata import version

import mlflow
from sacred import Experiment
from sacred.observers import FileStorageObserver
from tensorboardX import SummaryWriter
from tensorboardX.proto.event_pb2 import Event

VALUES = [0.9, 0.7, 0.5, 0.4, 0.35, 0.3]
steps = {}
for store in (f"file://{sys.argv[1]}/mlruns", "sqlite:///mlflow.db"):
    mlflow.set_tracking_uri(store)
    with mlflow.start_run() as active:
        for value in VALUES:
            mlflow.log_metric("loss", value)
            time.sleep(0.002)
    history = mlflow.MlflowClient().get_metric_history(active.info.run_id, "loss")
    steps[f"mlflow {version('mlflow-skinny')}, {store.split(':')[0]}"] = [point.step for point in history]
with SummaryWriter("board") as writer:
    for value in VALUES:
        writer.add_scalar("loss", value)
(path,) = glob.glob("board/*tfevents*")
with open(path, "rb") as file:
    data = file.read()
found, place = [], 0
while place < len(data):
    (length,) = struct.unpack_from("<Q", data, place)
    event = Event.FromString(data[place + 12 : place + 12 + length])
    found += [event.step for _ in event.summary.value]
    place += 16 + length
steps[f"tensorboardX {version('tensorboardX')}"] = found
experiment = Experiment("e", save_git_info=False)
experiment.observers.append(FileStorageObserver("runs"))


@experiment.main
def main(_run):
    for value in VALUES:
        _run.log_scalar("loss", value)


experiment.run(options={"--capture": "no"})
with open("runs/1/metrics.json") as file:
    steps[f"sacred {version('sacred')}"] = json.load(file)["loss"]["steps"]
for name, numbers in steps.items():
    print(name, numbers)
expected = {name: list(range(6)) if name.startswith("sacred") else [0] * 6 for name in steps}
sys.exit(steps != expected)
PYTHON
venv/bin/python look.py "$folder" 2> errors.txt || { tail -n 5 errors.txt; exit 1; }
