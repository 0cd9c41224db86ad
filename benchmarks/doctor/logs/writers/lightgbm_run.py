"""LightGBM: record_evaluation as JSON, what it prints with early stopping, and what `cv` returns."""

import contextlib
import json

import lightgbm
import numpy

from benchmarks.doctor.logs.loop import table, truth

x, y, x_val, y_val = map(numpy.array, table())
train = lightgbm.Dataset(x, y)
record: dict[str, dict[str, list[float]]] = {}
parameters = {"objective": "binary", "metric": ["binary_logloss", "binary_error"], "verbose": -1, "min_data_in_leaf": 5}
with open("printed.txt", "w") as file, contextlib.redirect_stdout(file):
    lightgbm.train(
        parameters,
        train,
        12,
        valid_sets=[train, train.create_valid(x_val, y_val)],
        callbacks=[
            lightgbm.record_evaluation(record),
            lightgbm.log_evaluation(1),
            lightgbm.early_stopping(3, first_metric_only=True),
        ],
    )
with open("record.json", "w") as file:
    json.dump(record, file)
learn, validation = record["training"], record["valid_1"]
curves = {"loss": learn["binary_logloss"], "val_loss": validation["binary_logloss"]}
curves |= {
    "accuracy": [1 - e for e in learn["binary_error"]],
    "val_accuracy": [1 - e for e in validation["binary_error"]],
}
printed = {curve: [float(f"{value:.6g}") for value in values] for curve, values in curves.items()}
found = lightgbm.cv(parameters, lightgbm.Dataset(x, y), 12, nfold=3, eval_train_metric=True)
with open("cv.json", "w") as file:
    json.dump(found, file)
folds = {"loss": found["train binary_logloss-mean"], "val_loss": found["valid binary_logloss-mean"]}
folds |= {
    "accuracy": [1 - e for e in found["train binary_error-mean"]],
    "val_accuracy": [1 - e for e in found["valid binary_error-mean"]],
}
truth(("record.json", curves), ("printed.txt", printed), ("cv.json", folds))
