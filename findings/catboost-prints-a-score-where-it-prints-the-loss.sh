#!/usr/bin/env bash
# CatBoost 1.2.10 prints `learn: 0.81 test: 0.82` of whatever eval_metric is, under the same words as of the loss: with
# Accuracy the numbers rise and nothing in the line says so but `best`, and with AUC there is no `learn` at all, since it is
# not measured on the training set. The loss of both sets is in catboost_info/catboost_training.json all the while.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'catboost==1.2.10'
cd "$folder"
cat > look.py <<'PYTHON'
import io
import json
import re
import sys

import catboost
import numpy

drawn = numpy.random.default_rng(0)
x = drawn.normal(size=(300, 4))
y = (x[:, 0] + x[:, 1] + drawn.normal(size=300) > 0).astype(int)
first, words, kept = {}, {}, {}
for metric in ("Logloss", "Accuracy", "AUC"):
    model = catboost.CatBoostClassifier(iterations=8, depth=3, eval_metric=metric, train_dir=metric)
    text = io.StringIO()
    model.fit(x[:200], y[:200], eval_set=(x[200:], y[200:]), log_cout=text)
    lines = [line.strip() for line in text.getvalue().splitlines() if re.match(r"\d+:\t", line)]
    words[metric] = re.findall(r"[a-z]+(?=:)", lines[0])
    first[metric] = [lines[place].split("\ttotal")[0].replace("\t", " ") for place in (0, -1)]
    with open(f"{metric}/catboost_training.json") as file:
        kept[metric] = [held["name"] for held in json.load(file)["meta"]["learn_metrics"]]
    print(metric, "printed:", *first[metric], "| kept of training:", kept[metric])
print("catboost", catboost.__version__)
same = words["Logloss"] == words["Accuracy"] and "learn" in words["Accuracy"] and "learn" not in words["AUC"]
sys.exit(not (same and all("Logloss" in names for names in kept.values())))
PYTHON
venv/bin/python look.py
