"""LightGBM: record_evaluation as JSON."""

import json

import lightgbm
import numpy
from loop import table, truth

x, y, x_val, y_val = map(numpy.array, table())
train = lightgbm.Dataset(x, y)
record = {}
parameters = {"objective": "binary", "metric": ["binary_logloss", "binary_error"], "verbose": -1, "min_data_in_leaf": 5}
lightgbm.train(
    parameters,
    train,
    12,
    valid_sets=[train, train.create_valid(x_val, y_val)],
    callbacks=[lightgbm.record_evaluation(record)],
)
with open("record.json", "w") as file:
    json.dump(record, file)
learn, validation = record["training"], record["valid_1"]
curves = {"loss": learn["binary_logloss"], "val_loss": validation["binary_logloss"]}
curves |= {
    "accuracy": [1 - e for e in learn["binary_error"]],
    "val_accuracy": [1 - e for e in validation["binary_error"]],
}
truth(("record.json", curves))
