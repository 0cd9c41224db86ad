"""Tables of results that tools export, one row a run, known by their columns, each with the way to a history."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Export:
    """A table that a tool writes.

    Attributes:
        columns: Those by which it is known.
        what: Its name.
        instead: The way to the history of one run.
        certain: No history has these columns; where it is False, rows must show that they are runs.
    """

    columns: frozenset[str]
    what: str
    instead: str
    certain: bool = True


HISTORY = "the log of one training, one row an epoch (Keras's CSVLogger in the callbacks of fit, or Lightning's)"
EXPORTS = (
    *(
        Export(
            frozenset(columns.split()),
            "Weights & Biases' table of runs",
            "wandb.Api().run('ENTITY/PROJECT/RUN_ID').history(samples=100000).to_csv('history.csv')",
        )
        for columns in ("name state created", "name state runtime", "name summary config")
    ),
    *(
        Export(
            frozenset(columns.split()),
            "MLflow's table of runs",
            "name the folder mlruns or the file mlflow.db itself (and --run), or write what "
            "mlflow.MlflowClient().get_metric_history(RUN_ID, 'train_loss') returns",
        )
        for columns in ("start_time duration run_id", "run_id experiment_id artifact_uri")
    ),
    Export(
        frozenset({"number", "datetime_start", "state"}),
        "Optuna's table of trials",
        f"each row is a trial's last value; give {HISTORY}",
    ),
    Export(
        frozenset({"trial_id", "time_total_s"}),
        "Ray Tune's table of results",
        "name the folder of one trial (its progress.csv), or results[0].metrics_dataframe.to_csv('history.csv')",
        certain=False,
    ),
    *(
        Export(
            frozenset(columns.split()),
            "scikit-learn's table of a search or a cross-validation",
            "its losses are those of finished models; give one's loss_curve_ as JSON (best_estimator_.loss_curve_)",
        )
        for columns in ("mean_fit_time mean_score_time", "fit_time score_time")
    ),
    Export(
        frozenset({"experiment", "rev", "typ"}),
        "DVC's table of experiments",
        "name the folder dvclive of one experiment (dvc exp apply NAME)",
    ),
    Export(
        frozenset({"sys_id", "sys_creation_time"}),
        "Neptune's table of runs",
        "run['train/loss'].fetch_values() of one run, written with to_csv('history.csv')",
    ),
)
"""The tables that are known by the names of their columns."""
