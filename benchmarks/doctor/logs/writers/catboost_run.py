"""CatBoost: its folder catboost_info, evals_result as JSON, and what it prints."""

import json

from catboost import CatBoostClassifier

from benchmarks.doctor.logs.loop import table, truth

x, y, x_val, y_val = table()
model = CatBoostClassifier(iterations=12, depth=2, learning_rate=0.2, eval_metric="Logloss", custom_metric=["Accuracy"])
with open("printed.txt", "w") as file:
    model.fit(x, y, eval_set=(x_val, y_val), log_cout=file)
results = model.get_evals_result()
with open("evals.json", "w") as file:
    json.dump(results, file)
learn, validation = results["learn"], results["validation"]
curves = {"loss": learn["Logloss"], "val_loss": validation["Logloss"]}
curves |= {"accuracy": learn["Accuracy"], "val_accuracy": validation["Accuracy"]}
losses = {curve: [round(value, 7) for value in curves[curve]] for curve in ("loss", "val_loss")}
truth(("catboost_info", curves), ("evals.json", curves), ("printed.txt", losses))
