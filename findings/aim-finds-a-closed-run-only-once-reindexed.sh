#!/usr/bin/env bash
# A run that Aim 3.29.1 logged and closed is not found by another process: query_metrics gives None, without a warning, until
# `aim storage --repo . reindex` was run; then every point is there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'aim==3.29.1' 'pandas==3.1.1' 'sqlalchemy==2.1.9' \
    'setuptools==80.9.0'
mkdir "$folder/work"
cd "$folder/work"
export HOME=$folder
cat > write.py <<'PYTHON'
import aim

run = aim.Run(repo=".", system_tracking_interval=None, log_system_params=False)
for epoch in range(6):
    run.track(1 / (epoch + 1), name="loss", step=epoch, epoch=epoch)
run.close()
PYTHON
cat > query.py <<'PYTHON'
import aim

table = aim.Repo(".").query_metrics("run.active == False").dataframe()
print(table if table is None else len(table))
PYTHON
python=$folder/venv/bin/python
"$python" write.py > log.txt 2>&1
before=$("$python" query.py 2>> log.txt | tail -n 1)
"$folder/venv/bin/aim" storage --repo . reindex --yes >> log.txt 2>&1
after=$("$python" query.py 2>> log.txt | tail -n 1)
echo "aim 3.29.1: points found before the reindexing: $before; after: $after"
[[ $before == None && $after == 6 ]] || { tail -n 20 log.txt; exit 1; }
