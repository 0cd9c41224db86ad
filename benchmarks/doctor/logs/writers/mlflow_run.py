"""MLflow: the file store, the run's own folder, and the database, with steps and without."""

import pathlib
import time

import mlflow

from benchmarks.doctor.logs.loop import curves, run, truth


def log(uri: str, stepped: bool) -> str:
    mlflow.set_tracking_uri(uri)
    with mlflow.start_run() as active:
        for step, row in enumerate(run()):
            named = {name if name.startswith("val_") else f"train_{name}": value for name, value in row.items()}
            mlflow.log_metrics(named, step if stepped else None)
            time.sleep(0.002)  # without steps the time of writing orders the values
    return str(active.info.run_id)


folder = next(pathlib.Path("mlruns").rglob(log(pathlib.Path("mlruns").absolute().as_uri(), True)))
log("sqlite:///mlflow.db", True)
log("sqlite:///stepless.db", False)
truth(("mlruns", curves()), (folder, curves()), ("mlflow.db", curves()), ("stepless.db", curves()))
