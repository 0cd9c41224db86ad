"""MLflow: the file store, and the run's own folder."""

import pathlib

import mlflow
from loop import curves, run, truth

mlflow.set_tracking_uri(pathlib.Path("mlruns").absolute().as_uri())
with mlflow.start_run() as active:
    for step, row in enumerate(run()):
        mlflow.log_metrics(
            {name if name.startswith("val_") else f"train_{name}": value for name, value in row.items()}, step
        )
folder = next(pathlib.Path("mlruns").rglob(active.info.run_id))
truth(("mlruns", curves()), (folder, curves()))
