#!/usr/bin/env bash
# Ray 2.60.0: a task runs at the niceness of who asked plus 15 (RAY_worker_niceness), also on a cluster that `ray.init`
# starts for one program alone. Training that is moved to tasks on a machine that others use so gets a fraction of the
# time that the same code gets without Ray; with RAY_worker_niceness=0 a task runs as its caller does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'ray==2.60.0'
cat > "$folder/look.py" <<'PYTHON'
import os
import sys

import ray

ray.init("local", num_cpus=1, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
task = ray.remote(lambda: os.nice(0))
found, lowest = ray.get(task.remote()), 19
print(f"ray {ray.__version__}, caller at {os.nice(0)}, its task at {found}")
sys.exit(found != min(lowest, os.nice(0) + int(sys.argv[1])))
PYTHON
export RAY_USAGE_STATS_ENABLED=0 HOME="$folder"
"$folder/venv/bin/python" "$folder/look.py" 15
RAY_worker_niceness=0 "$folder/venv/bin/python" "$folder/look.py" 0
