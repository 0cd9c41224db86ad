#!/usr/bin/env bash
# MLflow 3.17.2: an infinite metric comes back as infinity from the file store, and from the SQLite store (the default) as
# the largest double, through MLflow's own client too. In the table, NaN is 0.0 with is_nan = 1 beside it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  'mlflow-skinny==3.17.2' 'sqlalchemy==2.0.58' 'alembic==1.20.1'
cat > "$folder/look.py" <<'PYTHON'
import math
import pathlib
import sqlite3
import sys

import mlflow

logged = [0.7, math.nan, math.inf, -math.inf]
found = {}
for store in (pathlib.Path("mlruns").absolute().as_uri(), "sqlite:///mlflow.db"):
    mlflow.set_tracking_uri(store)
    with mlflow.start_run() as run:
        for step, value in enumerate(logged):
            mlflow.log_metric("loss", value, step)
    history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "loss")
    found[store.split(":")[0]] = [metric.value for metric in sorted(history, key=lambda metric: metric.step)]
rows = sqlite3.connect("mlflow.db").execute("SELECT value, is_nan FROM metrics ORDER BY step").fetchall()
print("mlflow", mlflow.__version__)
print("logged:", logged)
print("given back:", found)
print("rows of the table:", rows)
largest = sys.float_info.max
as_seen = found["file"][2:] == [math.inf, -math.inf] and found["sqlite"][2:] == [largest, -largest]
sys.exit(not (as_seen and rows == [(0.7, 0), (0.0, 1), (largest, 0), (-largest, 0)]))
PYTHON
cd "$folder"
HOME="$folder" MLFLOW_ALLOW_FILE_STORE=true MLFLOW_DISABLE_TELEMETRY=true "$folder/venv/bin/python" "$folder/look.py" 2>/dev/null
