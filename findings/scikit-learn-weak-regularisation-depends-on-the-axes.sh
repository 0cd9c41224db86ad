#!/usr/bin/env bash
# L2-regularised logistic regression has one solution, and turning the features turns it along: no score changes. Of 35
# images of 1,280 features, as a backbone gives them, scikit-learn's LogisticRegression has other scores once the
# features are turned to the 35 directions that the images span, where C is large: it stops when no partial derivative of
# the mean loss is over 1e-4, which says little of a weak penalty and depends on the axes. It says that it converged, and
# C = 10,000 is in the grid that LogisticRegressionCV tries by itself. Mean size of the log odds, over five seeds:
# 6.3 as they are, 7.3 turned, 7.6 at the minimum.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q scikit-learn==1.9.1 numpy==2.4.6
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 "$folder/venv/bin/python" - <<'PYTHON'
import warnings
from importlib.metadata import version

import numpy as np
from sklearn.linear_model import LogisticRegression

print("scikit-learn", version("scikit-learn"))
warnings.simplefilter("error")  # "failed to converge" would be one
labels = np.arange(35) % 2
sizes = []
for seed in range(5):
    features = np.random.default_rng(seed).gamma(0.3, 1, size=(35, 1280))
    features[:, :60] += 0.6 * labels[:, None]
    features -= features.mean(axis=0)
    features /= np.sqrt((features**2).sum(axis=1).mean())
    turned = features @ np.linalg.svd(features, full_matrices=False)[2].T  # all distances are kept
    assert np.allclose(turned @ turned.T, features @ features.T)
    usual = LogisticRegression(C=10_000, max_iter=2000)
    exact = LogisticRegression(C=10_000, max_iter=20_000, tol=1e-10)
    models = [(usual, features), (usual, turned), (exact, turned)]
    sizes.append([np.abs(model.fit(rows, labels).decision_function(rows)).mean() for model, rows in models])
as_they_are, once_turned, at_the_minimum = np.mean(sizes, axis=0)
print(f"mean size of the log odds: {as_they_are:.2f} as they are, {once_turned:.2f} turned, {at_the_minimum:.2f} exact")
held = once_turned > 1.1 * as_they_are and at_the_minimum > 1.15 * as_they_are
raise SystemExit(0 if held else 1)
PYTHON
