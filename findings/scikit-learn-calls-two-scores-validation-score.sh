#!/usr/bin/env bash
# scikit-learn 1.9.1: with `verbose` and `early_stopping`, MLPClassifier prints its validation accuracy and MLPRegressor its
# R squared under the same words, "Validation score: 0.95"; the second may be far below 0. Nothing else in the lines says
# which estimator printed them, so a log of a regressor whose scores lie between 0 and 1 reads as one of accuracies.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'scikit-learn==1.9.1'
cat > "$folder/look.py" <<'PYTHON'
import contextlib
import io
import re
import sys
import warnings

import numpy
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.simplefilter("ignore")
x = numpy.random.default_rng(0).normal(size=(200, 3))
settings = {"max_iter": 3, "early_stopping": True, "verbose": True, "random_state": 0}
printed, kinds = {}, (MLPClassifier, MLPRegressor)
for kind, y in zip(kinds, ((x[:, 0] > 0).astype(int), 10 + x[:, 0]), strict=True):
    with contextlib.redirect_stdout(io.StringIO()) as text:
        fitted = kind(**settings).fit(x, y)
    printed[kind.__name__] = [re.sub(r"-?[\d.]+", "#", line) for line in text.getvalue().splitlines()]
    print(kind.__name__, "printed:", *text.getvalue().splitlines()[:2], "scores:", fitted.validation_scores_)
    lowest = min(fitted.validation_scores_)
print("scikit-learn", sklearn.__version__)
sys.exit(len({tuple(lines) for lines in printed.values()}) != 1 or lowest > 0)
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
