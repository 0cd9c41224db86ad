"""scikit-learn: the curves that a perceptron and two kinds of gradient boosting keep, and what the first prints."""

import contextlib
import json
import warnings

from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.neural_network import MLPClassifier

from benchmarks.doctor.logs.loop import table, truth

warnings.simplefilter("ignore")
x, y, *_ = table()
perceptron = MLPClassifier((8,), max_iter=12, early_stopping=True, validation_fraction=0.3, verbose=True)
with open("printed.txt", "w") as file, contextlib.redirect_stdout(file):
    perceptron.fit(x, y)
trees = GradientBoostingClassifier(n_estimators=12, max_depth=2).fit(x, y)
histogram = HistGradientBoostingClassifier(max_iter=12, early_stopping=True, scoring="loss", min_samples_leaf=5)
histogram.fit(x, y)
held = {
    "perceptron.json": {"loss_curve_": perceptron.loss_curve_, "validation_scores_": perceptron.validation_scores_},
    "trees.json": {"train_score_": trees.train_score_.tolist()},
    "histogram.json": {
        "train_score_": histogram.train_score_.tolist(),
        "validation_score_": histogram.validation_score_.tolist(),
    },
}
for name, columns in held.items():
    with open(name, "w") as file:
        json.dump(columns, file)
curves = {"loss": perceptron.loss_curve_, "val_accuracy": perceptron.validation_scores_}
digits = {"loss": 8, "val_accuracy": 6}
printed = {curve: [round(float(value), digits[curve]) for value in values] for curve, values in curves.items()}
negated = {
    "loss": [-score for score in held["histogram.json"]["train_score_"]],
    "val_loss": [-score for score in held["histogram.json"]["validation_score_"]],
}
truth(
    ("perceptron.json", curves),
    ("printed.txt", printed),
    ("trees.json", {"loss": held["trees.json"]["train_score_"]}),
    ("histogram.json", negated),
)
