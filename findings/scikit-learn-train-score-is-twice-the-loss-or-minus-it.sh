#!/usr/bin/env bash
# scikit-learn 1.9.1 keeps the training curve of both kinds of gradient boosting as `train_score_`. Of two classes
# GradientBoostingClassifier's is twice the log loss (guessing is 1.386, and what `verbose` prints as "Train Loss" too), of
# three classes the log loss itself; HistGradientBoostingClassifier's with scoring="loss" is the log loss times minus one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'scikit-learn==1.9.1'
cat > "$folder/look.py" <<'PYTHON'
import sys

import numpy
import sklearn
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.metrics import log_loss

drawn = numpy.random.default_rng(0)
x = drawn.normal(size=(300, 4))
factors = {}
for classes in (2, 3):
    y = numpy.digitize(x[:, 0] + drawn.normal(size=300), [0.0, 1.0][: classes - 1])
    plain = GradientBoostingClassifier(n_estimators=5, random_state=0)
    histogram = HistGradientBoostingClassifier(max_iter=5, early_stopping=True, validation_fraction=None, scoring="loss")
    for model in (plain, histogram):
        model.fit(x, y)
        true = log_loss(y, list(model.staged_predict_proba(x))[-1])
        name = type(model).__name__
        factors[name, classes] = round(float(model.train_score_[-1]) / true, 6)
        print(f"{name}, {classes} classes: train_score_ {model.train_score_[-1]:.6f}, log loss {true:.6f}")
print("scikit-learn", sklearn.__version__)
expected = {"GradientBoostingClassifier": {2: 2.0, 3: 1.0}, "HistGradientBoostingClassifier": {2: -1.0, 3: -1.0}}
sys.exit(any(factor != expected[name][classes] for (name, classes), factor in factors.items()))
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
