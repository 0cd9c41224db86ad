#!/usr/bin/env bash
# scikit-learn's cross_val_predict puts the scores of all folds' models into one array, which roc_auc_score takes without
# a word. Each model's intercept follows the classes of its own training images: without a yes there is one yes less, so
# the left-out yes is scored lower by as much. Of 20 images whose labels mean nothing, leaving one out gives an area
# of 0 and not of 0.5 where the regularisation is strong. Five stratified folds, each with as many of both classes, give
# about 0.5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q scikit-learn==1.9.1
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import LeaveOneOut, StratifiedKFold, cross_val_predict

print("scikit-learn", version("scikit-learn"))
labels = np.arange(20) % 2
found = {}
for strength in (1e-4, 1.0):
    for name, splitter in (("leave one out", LeaveOneOut()), ("5 stratified folds", StratifiedKFold(5))):
        areas = []
        for seed in range(6):
            features = np.random.default_rng(seed).normal(size=(20, 50))
            model = LogisticRegression(C=strength, max_iter=2000)
            scores = cross_val_predict(model, features, labels, cv=splitter, method="decision_function")
            areas.append(roc_auc_score(labels, scores))
        found[strength, name] = float(np.mean(areas))
        print(f"C={strength:g}, {name}: mean AUROC of labels that mean nothing {found[strength, name]:.3f}")
raise SystemExit(0 if found[1e-4, "leave one out"] < 0.05 and found[1e-4, "5 stratified folds"] > 0.3 else 1)
PYTHON
