"""CatBoost: its folder catboost_info, and evals_result as JSON."""

import json

from catboost import CatBoostClassifier
from loop import table, truth

x, y, x_val, y_val = table()
model = CatBoostClassifier(iterations=12, depth=2, learning_rate=0.2, eval_metric="Logloss", custom_metric=["Accuracy"])
model.fit(x, y, eval_set=(x_val, y_val), verbose=False)
results = model.get_evals_result()
with open("evals.json", "w") as file:
    json.dump(results, file)
learn, validation = results["learn"], results["validation"]
curves = {"loss": learn["Logloss"], "val_loss": validation["Logloss"]}
curves |= {"accuracy": learn["Accuracy"], "val_accuracy": validation["Accuracy"]}
truth(("catboost_info", curves), ("evals.json", curves))
