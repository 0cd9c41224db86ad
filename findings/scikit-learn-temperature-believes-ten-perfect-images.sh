#!/usr/bin/env bash
# scikit-learn's CalibratedClassifierCV has method="temperature" for few data, as it has one parameter. Nothing holds
# that parameter where the left-out scores separate the classes, as those of ten images of two distant kinds do: the
# temperature falls below a tenth, and an image near the middle, 0.62 by the model itself, is yes with more than 0.9999.
# method="sigmoid" gives 0.56, since Platt's targets are never 0 or 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q scikit-learn==1.9.1
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression

print("scikit-learn", version("scikit-learn"))
generator = np.random.default_rng(0)
features = np.concatenate([generator.normal(-3, 0.5, (5, 2)), generator.normal(3, 0.5, (5, 2))])
labels = np.repeat([0, 1], 5)
between = np.array([[0.3, 0.3]])
found = {"not calibrated": LogisticRegression().fit(features, labels).predict_proba(between)[0, 1]}
for method in ("sigmoid", "isotonic", "temperature"):
    model = CalibratedClassifierCV(LogisticRegression(), method=method, cv=5, ensemble=False).fit(features, labels)
    found[method] = model.predict_proba(between)[0, 1]
for method, probability in found.items():
    print(f"{method}: an image a tenth of the way from the middle is yes with {probability:.5f}")
held = found["not calibrated"] < 0.7 and found["sigmoid"] < 0.6 and found["temperature"] > 0.999
raise SystemExit(0 if held else 1)
PYTHON
