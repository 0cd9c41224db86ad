#!/usr/bin/env bash
# Importing onnxruntime 1.32.0 starts a thread, of its telemetry, unless ORT_DISABLE_TELEMETRY=1 is set before. A parent
# that imports it and then forks its workers (gunicorn --preload), to share its memory, forks with a thread: Python 3.12
# and later warn of that, and a lock which the thread holds at that moment stays locked in the child.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q onnxruntime==1.32.0
threads() {
  env -u CI -u ORT_DISABLE_TELEMETRY HOME="$folder" OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 "$@" "$folder/venv/bin/python" -c '
import os
import numpy
before = len(os.listdir("/proc/self/task"))
import onnxruntime
print(len(os.listdir("/proc/self/task")) - before)'
}
as_it_comes=$(threads)
switched_off=$(threads ORT_DISABLE_TELEMETRY=1)
echo "threads that the import started: $as_it_comes; with ORT_DISABLE_TELEMETRY=1: $switched_off"
[ "$as_it_comes" -ge 1 ] && [ "$switched_off" -eq 0 ]
