#!/usr/bin/env bash
# fastprogress 1.1.6, by which fastai 2.8.12 prints its table on a terminal: each value of an epoch is put into a column
# as wide as its heading, and nothing stands between the columns. A value wider than that touches the next one: of an
# exploding run, whose loss is read most eagerly, loss, validation loss and the time are one string of digits. The CSV of
# the same run has them apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'fastprogress==1.1.6' 'fastcore==2.2.41' 'python-fasthtml==0.14.14'
cat > "$folder/look.py" <<'PYTHON'
import contextlib
import io
import sys
from importlib.metadata import version

from fastprogress.fastprogress import ConsoleMasterBar

rows = [["epoch", "train_loss", "valid_loss", "time"]]
rows += [["0", f"{0.69:.6f}", f"{0.70:.6f}", "00:01"], ["1", f"{7.4e28:.6f}", f"{2e32:.6f}", "00:01"]]
with contextlib.redirect_stdout(io.StringIO()) as printed:
    bar = ConsoleMasterBar(range(2))
    for row in rows:
        bar.write(row, table=True)
lines = [line for line in printed.getvalue().replace("\r", "\n").split("\n") if line.strip(" \u2588")]
print("fastprogress", version("fastprogress"))
print("\n".join(lines))
print("words in each line:", [len(line.split()) for line in lines])
sys.exit([len(line.split()) for line in lines] != [4, 4, 2])
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
