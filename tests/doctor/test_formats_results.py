"""Tables with one row a run are refused by name, with the way to the history of one; tables of epochs are not."""

from __future__ import annotations

import json

import pytest

import doctor

LOSS = [0.7, 0.5, 0.4, 0.35, 0.32]


def table(*columns: str, **made: list[object]) -> bytes:
    """Make a CSV of the columns, of which those called loss fall; `made` gives those whose cells matter."""
    rows = [",".join(columns)]
    for row in range(len(LOSS)):
        cells = {name: LOSS[row] for name in columns if "loss" in name} | {name: made[name][row] for name in made}
        rows.append(
            ",".join(str(cells.get(name.replace(" ", "_").replace("/", "_"), cells.get(name, "x"))) for name in columns)
        )
    return "\n".join(rows).encode()


IDS: list[object] = ["c22ced4d", "a6df6d86", "822faa40", "428e999b", "94d11af0"]
NUMBERS: list[object] = [0, 1, 2, 3, 4]
SAME: list[object] = ["test", "test", "swift-dew-1", "calm-sea-9", "test"]


@pytest.mark.parametrize(
    ("text", "tool", "way"),
    [
        pytest.param(
            table(
                "Name", "State", "Notes", "Created", "Runtime", "Sweep", "lr", "_step", "loss", Name=SAME, _step=NUMBERS
            ),
            "Weights & Biases' table of runs",
            "history(samples=100000)",
            id="W&B 0.31's page: the last step of each run may rise by chance",
        ),
        pytest.param(
            table(
                "Start Time", "Duration", "Run ID", "Name", "Source Type", "User", "Status", "lr", "loss", Run_ID=IDS
            ),
            "MLflow's table of runs",
            "mlruns",
            id="MLflow 3.17's page",
        ),
        pytest.param(
            table("run_id", "experiment_id", "status", "artifact_uri", "start_time", "metrics.loss", run_id=IDS),
            "MLflow's table of runs",
            "get_metric_history",
            id="MLflow 3.17's search_runs and its command experiments csv",
        ),
        pytest.param(
            table(
                "number",
                "value",
                "datetime_start",
                "datetime_complete",
                "duration",
                "params_lr",
                "state",
                number=NUMBERS,
            ),
            "Optuna's table of trials",
            "the log of one training",
            id="Optuna 5.0's trials_dataframe",
        ),
        pytest.param(
            table("loss", "training_iteration", "trial_id", "time_total_s", "config/lr", "logdir", trial_id=IDS),
            "Ray Tune's table of results",
            "progress.csv",
            id="Ray Tune 2.60's get_dataframe",
        ),
        pytest.param(
            table("sys/id", "sys/creation_time", "sys/state", "params/lr", "train/loss", sys_id=IDS),
            "Neptune's table of runs",
            "fetch_values",
            id="Neptune 1.14's fetch_runs_table",
        ),
        pytest.param(
            table("Experiment", "rev", "typ", "Created", "parent", "loss", Experiment=IDS),
            "DVC's table of experiments",
            "dvclive",
            id="DVC 3's exp show --csv",
        ),
    ],
)
def test_a_tools_table_of_runs_is_refused_by_its_name(text: bytes, tool: str, way: str) -> None:
    with pytest.raises(doctor.HistoryError, match="each row is a run of its own") as raised:
        doctor.read(text)

    assert tool in str(raised.value)
    assert way in str(raised.value)


def test_the_table_of_a_real_search_of_scikit_learn_is_refused() -> None:
    from sklearn.datasets import make_classification
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    images, labels = make_classification(40, random_state=0)
    scoring = {"log_loss": "neg_log_loss", "accuracy": "accuracy"}
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, cv=2, return_train_score=True, scoring=scoring)
    results = search.set_params(refit=False).fit(images, labels).cv_results_
    text = json.dumps({name: list(map(str, cells)) for name, cells in results.items()})

    with pytest.raises(doctor.HistoryError, match=r"scikit-learn's table.*loss_curve_"):
        doctor.read(text.encode())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (table("Model", "loss", "val_loss", Model=["ResNet50", "VGG16", "B0", "MobileNet", "ViT"]), "'Model' names"),
        (table("fold", "best_epoch", "loss", "val_loss", fold=NUMBERS), "'fold' names"),
        (table("run", "loss", run=NUMBERS), "'run' names"),
        (table("lr", "dropout", "loss", dropout=[0.1, 0.5, 0.1, 0.3, 0.2]), "'dropout' changes"),
        (table("optimizer", "loss", optimizer=["adam", "sgd", "adam", "sgd", "lion"]), "'optimizer' changes"),
        (table("lr", "loss", lr=[0.1, 0.001, 0.01, 0.0001, 0.1]), "'lr' leaps"),
        (
            table("trial_id", "training_iteration", "loss", trial_id=IDS, training_iteration=[1, 4, 1, 16, 4]),
            "'trial_id'",
        ),
        (
            "\n".join(json.dumps({"config": {"lr": 1 / n}, "loss": 1 / n}) for n in (1, 2, 3)).encode(),
            "'config/lr' changes",
        ),
        (
            b"| Model | Train loss | Val loss |\n|---|---|---|\n| ResNet | 0.5 | 0.6 |\n| VGG | 0.4 | 0.5 |\n",
            "'Model' names",
        ),
    ],
)
def test_results_of_several_runs_are_no_epochs(text: bytes, found: str) -> None:
    with pytest.raises(doctor.HistoryError, match="results of several runs, one a row") as raised:
        doctor.read(text)

    assert found in str(raised.value)


SETTINGS: dict[str, list[object]] = {
    "run_id": ["abc"] * 5,
    "model": ["resnet"] * 5,
    "batch_size": [32] * 5,
    "config/lr": [0.1] * 5,
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(table("run_id", "model", "batch_size", "loss", **SETTINGS), id="settings beside, no epoch"),
        pytest.param(table("trial_id", "time_total_s", "loss", trial_id=["ab"] * 5), id="Ray's progress.csv"),
        pytest.param(table("epoch", "Name", "State", "loss", epoch=NUMBERS), id="a name and a state"),
        pytest.param(table("epoch", "batch_size", "loss", epoch=NUMBERS, batch_size=[8, 8, 16, 16, 32]), id="schedule"),
        pytest.param(table("epoch", "model", "loss", epoch=NUMBERS, model=IDS), id="a model saved each epoch"),
        pytest.param(table("name", "loss", name=[f"epoch_{n}" for n in range(5)]), id="epochs as names"),
        pytest.param(table("lr", "loss", lr=[0.1, 0.1, 0.01, 0.01, 0.001]), id="steps of the rate"),
        pytest.param(table("lr", "loss", lr=[0.01, 0.1, 0.09, 0.05, 0.01]), id="warm-up and decay"),
        pytest.param(table("lr", "loss", lr=[0.01, 0.1, 0.04, 0.01, 0.001]), id="one cycle of five epochs"),
        pytest.param(table("lr", "loss", lr=[0.04, 0.01, 0.04, 0.02, 0.01]), id="warm restarts"),
        pytest.param(table("model", "loss", model=[f"model_{n}.pt" for n in range(5)]), id="a file saved each epoch"),
        pytest.param(table("model", "loss", model=[f"w.{n}.hdf5" for n in range(5)]), id="weights of Keras 2"),
    ],
)
def test_epochs_with_settings_beside_them_are_read(text: bytes) -> None:
    assert doctor.read(text)[0]["loss"] == LOSS


@pytest.mark.parametrize("key", ["trial_data", "checkpoints"])
def test_the_state_of_a_search_by_ray_tune_is_named(key: str) -> None:
    state = {key: [["{}", "{}"]], "runner_data": {"_earliest_stopping_iter": 0}, "stats": {"start_time": 1.0}}

    with pytest.raises(doctor.HistoryError, match=r"state of a search by Ray Tune.*progress\.csv"):
        doctor.read(json.dumps(state, indent=2).encode())
