#!/usr/bin/env bash
# With early stopping, LightGBM 4.7.0 ends what it prints with the best round in the very form of a round that was trained
# ("[3] train's binary_logloss: ..."), below a line that ends in a colon. Whoever reads the rounds by their form sees the count
# go back from the last round to the best one, as where training was resumed from there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'lightgbm==4.7.0'
cat > "$folder/look.py" <<'PYTHON'
import contextlib
import io
import re
import sys

import lightgbm
import numpy

drawn = numpy.random.default_rng(0)
x = drawn.normal(size=(300, 4))
y = (x[:, 0] + 2 * drawn.normal(size=300) > 0).astype(int)
train = lightgbm.Dataset(x[:200], y[:200])
sets = [train, train.create_valid(x[200:], y[200:])]
settings = {"objective": "binary", "learning_rate": 0.5, "verbosity": -1}
callbacks = [lightgbm.log_evaluation(1), lightgbm.early_stopping(3)]
with contextlib.redirect_stdout(io.StringIO()) as text:
    lightgbm.train(settings, train, 60, valid_sets=sets, valid_names=["train", "val"], callbacks=callbacks)
lines = text.getvalue().splitlines()
print(*lines[-4:], sep="\n")
rounds = [int(found[1]) for line in lines if (found := re.match(r"\[(\d+)\]\ttrain's binary_logloss: ", line))]
print("rounds as printed:", rounds)
print("lightgbm", lightgbm.__version__)
sys.exit(not (rounds[:-1] == list(range(1, len(rounds))) and rounds[-1] < rounds[-2] and lines[-2].endswith(":")))
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
