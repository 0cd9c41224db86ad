#!/usr/bin/env bash
# scikit-learn's log_loss clips probabilities at the smallest step of their type. What a network gives in float32 and
# the same numbers in float64 differ by a factor of more than two where one answer is surely wrong: one such image in
# ten costs 1.6 nats or 3.6, so that models compared across two frameworks are ranked by their type.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q scikit-learn==1.9.1
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
from sklearn.metrics import log_loss

print("scikit-learn", version("scikit-learn"))
labels = np.arange(10) % 2
probabilities = labels.astype(np.float64)
probabilities[0] = 1.0  # one image of ten is surely wrong
found = {kind: log_loss(labels, probabilities.astype(kind)) for kind in ("float32", "float64")}
for kind, loss in found.items():
    print(f"{kind}: log loss {loss:.3f} of the same ten answers")
raise SystemExit(0 if found["float32"] < 1.7 and found["float64"] > 3.5 else 1)
PYTHON
