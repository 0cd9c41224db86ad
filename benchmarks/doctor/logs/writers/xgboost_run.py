"""XGBoost: evals_result as JSON, of its own interface, and what `cv` returns."""

import json

import numpy
import xgboost

from benchmarks.doctor.logs.loop import table, truth

x, y, x_val, y_val = map(numpy.array, table())
train, validation = xgboost.DMatrix(x, y), xgboost.DMatrix(x_val, y_val)
results: dict[str, dict[str, list[float]]] = {}
parameters = {"objective": "binary:logistic", "eval_metric": ["logloss", "error"], "max_depth": 2}
xgboost.train(
    parameters, train, 12, evals=[(train, "train"), (validation, "eval")], evals_result=results, verbose_eval=False
)
with open("evals.json", "w") as file:
    json.dump(results, file)
curves = {"loss": results["train"]["logloss"], "val_loss": results["eval"]["logloss"]}
curves |= {
    "accuracy": [1 - e for e in results["train"]["error"]],
    "val_accuracy": [1 - e for e in results["eval"]["error"]],
}
found = xgboost.cv(parameters, train, 12, nfold=3, as_pandas=False)
with open("cv.json", "w") as file:
    json.dump(found, file)
folds = {"loss": found["train-logloss-mean"], "val_loss": found["test-logloss-mean"]}
folds |= {
    "accuracy": [1 - e for e in found["train-error-mean"]],
    "val_accuracy": [1 - e for e in found["test-error-mean"]],
}
truth(("evals.json", curves), ("cv.json", folds))
