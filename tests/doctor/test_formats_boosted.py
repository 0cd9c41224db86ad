"""What boosting libraries print and return: XGBoost 3.2, LightGBM 4.7, CatBoost 1.2.10, scikit-learn 1.9.

Lines and names as these versions wrote them in a run, with short numbers.
"""

from __future__ import annotations

import json

import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.metrics import log_loss

import doctor
from tests.doctor.test_formats import ACCURACY, LOSS, VALIDATION, VALIDATION_ACCURACY, check
from tests.doctor.test_joining import values


def lightgbm_line(n: int) -> str:
    return (
        f"[{n + 1}]\ttrain's binary_error: {1 - ACCURACY[n]}\ttrain's binary_logloss: {LOSS[n]}\t"
        f"val's binary_error: {1 - VALIDATION_ACCURACY[n]}\tval's binary_logloss: {VALIDATION[n]}"
    )


@pytest.mark.parametrize(
    "words", ["Early stopping, best iteration is:", "Did not meet early stopping. Best iteration is:"]
)
def test_the_best_round_that_lightgbm_prints_once_more_is_no_restart(words: str) -> None:
    lines = ["Training until validation scores don't improve for 4 rounds", *map(lightgbm_line, range(4))]

    run = doctor.read_run("\n".join([*lines, words, lightgbm_line(1)]).encode())

    check(run, "console")
    assert run.reading.restarts == ()


def catboost(learn: list[float], test: list[float], best: list[float], more: str = "") -> bytes:
    lines = [
        f"{n}:\tlearn: {learn[n]:.7f}\ttest: {test[n]:.7f}{more}\tbest: {best[n]:.7f} ({n})\ttotal: 316us"
        for n in range(len(learn))
    ]
    return "\n".join(["Learning rate set to 0.145821", *lines, "", "bestTest = 0.45", "bestIteration = 3"]).encode()


def test_catboost_prints_the_best_value_of_the_last_of_several_evaluation_sets() -> None:
    other = "\ttest1: 0.9000000"

    run = doctor.read_run(catboost(LOSS, VALIDATION, [0.9] * 4, other))

    check(run, "console", {"loss": LOSS, "val_loss": VALIDATION})


@pytest.mark.parametrize("test", [[0.82, 0.77, 0.77, 0.83], [0.7, 0.75, 0.8, 0.85]])
def test_a_score_that_catboost_prints_in_the_place_of_the_loss_is_refused(test: list[float]) -> None:
    best = [max(test[: n + 1]) for n in range(4)]

    with pytest.raises(doctor.HistoryError, match=r"a score such as Accuracy.*catboost_info"):
        doctor.read(catboost([0.8, 0.81, 0.83, 0.86], test, best))


def test_catboost_prints_nothing_of_training_where_its_score_is_the_auc() -> None:
    lines = [f"{n}:\ttest: 0.8{n}\tbest: 0.8{n} ({n})\ttotal: 310us\tremaining: 3.41ms" for n in range(4)]

    with pytest.raises(doctor.HistoryError, match=r"nothing of the training set.*catboost_info"):
        doctor.read("\n".join(lines).encode())


def test_through_scikit_learn_the_set_whose_loss_gets_lower_and_lower_is_training() -> None:
    results = {"validation_0": {"logloss": [0.6, 0.5, 0.48, 0.49]}, "validation_1": {"logloss": [0.58, 0.4, 0.3, 0.2]}}

    run = doctor.read_run(json.dumps(results).encode())

    check(run, "boosting", {"loss": [0.58, 0.4, 0.3, 0.2], "val_loss": [0.6, 0.5, 0.48, 0.49]})
    assert "'validation_1' was taken for training" in " ".join(run.reading.notes)


FOLDS = {
    "XGBoost": ("train-logloss-{}", "train-error-{}", "test-logloss-{}", "test-error-{}", "std"),
    "LightGBM": (
        "train binary_logloss-{}",
        "train binary_error-{}",
        "valid binary_logloss-{}",
        "valid binary_error-{}",
        "stdv",
    ),
}


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("library", FOLDS)
def test_the_means_over_folds_are_read_and_not_their_deviations(library: str, form: str) -> None:
    *names, deviation = FOLDS[library]
    held = [LOSS, [1 - value for value in ACCURACY], VALIDATION, [1 - value for value in VALIDATION_ACCURACY]]
    columns = {name.format("mean"): values for name, values in zip(names, held, strict=True)}
    columns |= {name.format(deviation): [0.01] * 4 for name in names}
    table = "\n".join([",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))])

    run = doctor.read_run((table if form == "csv" else json.dumps(columns)).encode())

    check(run, "folds")
    assert [series.split for series in run.series] == ["train", "train", "validation", "validation"]


def test_catboosts_folds_count_iterations_and_lightgbms_regression_calls_its_loss_l2() -> None:
    names = "iterations,test-RMSE-mean,test-RMSE-std,train-RMSE-mean,train-RMSE-std"
    table = f"{names}\n0,0.9,0.1,0.8,0.1\n10,0.5,0.1,0.4,0.1\n"
    of_regression = {"train l2-mean": LOSS, "train l2-stdv": LOSS, "valid l2-mean": VALIDATION, "valid l2-stdv": LOSS}

    run = doctor.read_run(table.encode())

    check(run, "folds", {"loss": [0.8, 0.4], "val_loss": [0.9, 0.5]})
    assert run.axis.tolist() == [0, 10]
    check(doctor.read_run(json.dumps(of_regression).encode()), "folds", {"loss": LOSS, "val_loss": VALIDATION})


@pytest.mark.parametrize("name", ["valid binary_logloss", "binary_logloss"])
def test_lightgbm_measures_only_the_folds_left_out_unless_it_is_told(name: str) -> None:
    with pytest.raises(doctor.HistoryError, match="eval_train_metric=True"):
        doctor.read(json.dumps({f"{name}-mean": LOSS, f"{name}-stdv": LOSS}).encode())


ROWS = [[float(n % 7), float(n % 5)] for n in range(60)]
LABELS = [int(n % 7 + n % 5 > 5) for n in range(60)]


def test_scores_of_scikit_learns_histogram_boosting_are_negative_losses() -> None:
    model = HistGradientBoostingClassifier(max_iter=4, early_stopping=True, scoring="loss", random_state=0)
    model.fit(ROWS, LABELS)
    held = {"train_score_": model.train_score_.tolist(), "validation_score_": model.validation_score_.tolist()}

    run = doctor.read_run(json.dumps(held).encode())

    assert values(run, "loss") == [-score for score in held["train_score_"]]
    assert values(run, "val_loss") == [-score for score in held["validation_score_"]]


def test_scores_of_scikit_learns_histogram_boosting_that_are_accuracies_are_refused() -> None:
    model = HistGradientBoostingClassifier(max_iter=4, early_stopping=True, scoring="accuracy", random_state=0)
    model.fit(ROWS, LABELS)
    held = {"train_score_": model.train_score_.tolist(), "validation_score_": model.validation_score_.tolist()}

    with pytest.raises(doctor.HistoryError, match="scoring='loss'"):
        doctor.read(json.dumps(held).encode())


def test_of_two_classes_scikit_learns_gradient_boosting_writes_twice_the_log_loss_and_that_is_said() -> None:
    model = GradientBoostingClassifier(n_estimators=4, random_state=0).fit(ROWS, LABELS)
    expected = [log_loss(LABELS, chances) for chances in model.staged_predict_proba(ROWS)]

    run = doctor.read_run(json.dumps({"train_score_": model.train_score_.tolist()}).encode())

    assert values(run, "loss") == pytest.approx([2 * loss for loss in expected])
    assert "twice the log loss" in " ".join(run.reading.notes)


def catboost_training(*metrics: tuple[str, str, list[float], list[float]]) -> bytes:
    """Return `catboost_training.json`: of each metric its name, which value is the best, and both sets' values."""
    named = [{"best_value": best, "name": name} for name, best, _, _ in metrics]
    rows = [
        {"iteration": n, "learn": [learn[n] for _, _, learn, _ in metrics], "test": [test[n] for *_, test in metrics]}
        for n in range(4)
    ]
    meta = {"learn_metrics": named, "test_metrics": named, "launch_mode": "Train", "name": "experiment"}
    return json.dumps({"meta": meta, "iterations": rows}).encode()


def test_catboosts_score_that_stands_before_the_loss_is_not_taken_for_it() -> None:
    score = ("R2", "Max", [0.22, 0.5, 0.8, 0.96], [0.16, 0.4, 0.7, 0.92])

    run = doctor.read_run(catboost_training(score, ("RMSE", "Min", LOSS, VALIDATION)))

    check(run, "catboost", {"loss": LOSS, "val_loss": VALIDATION})


def test_what_catboost_wants_smallest_is_the_loss_of_both_sets_whatever_its_name() -> None:
    run = doctor.read_run(catboost_training(("NumErrors:greater_than=0.5", "Min", LOSS, VALIDATION)))

    check(run, "catboost", {"loss": LOSS, "val_loss": VALIDATION})


@pytest.mark.parametrize("form", ["printed", "json"])
def test_the_one_set_beside_trainings_is_validation_whatever_it_is_called(form: str) -> None:
    lines = [f"[{n}]\tdtrain-logloss:{LOSS[n]}\toutside-logloss:{VALIDATION[n]}" for n in range(4)]
    results = {"dtrain": {"logloss": LOSS}, "outside": {"logloss": VALIDATION}}

    run = doctor.read_run(("\n".join(lines) if form == "printed" else json.dumps(results)).encode())

    check(run, "console" if form == "printed" else "boosting", {"loss": LOSS, "val_loss": VALIDATION})
    assert "'outside'" in " ".join(run.reading.notes)


@pytest.mark.parametrize("metric", ["poisson-nloglik", "gamma-deviance", "tweedie-nloglik@1.5", "cox-nloglik"])
def test_a_hyphen_in_the_name_of_xgboosts_loss_is_not_the_one_behind_the_sets_name(metric: str) -> None:
    lines = [f"[{n}]\ttrain-{metric}:{LOSS[n]}\teval-{metric}:{VALIDATION[n]}" for n in range(4)]

    check(doctor.read_run("\n".join(lines).encode()), "console", {"loss": LOSS, "val_loss": VALIDATION})


@pytest.mark.parametrize("metric", ["ndcg@5", "auc", "map@3-"])
def test_a_score_without_a_loss_is_named_with_the_argument_that_measures_one(metric: str) -> None:
    lines = [f"[{n}]\ttrain-{metric}:0.8{n}\teval-{metric}:0.7{n}" for n in range(4)]

    with pytest.raises(doctor.HistoryError, match=f"'{metric}'; none is a loss.*eval_metric"):
        doctor.read("\n".join(lines).encode())


def test_histogram_boosting_that_scored_nothing_says_how_it_scores() -> None:
    model = HistGradientBoostingClassifier(max_iter=2, early_stopping=False, random_state=0).fit(ROWS, LABELS)

    with pytest.raises(doctor.HistoryError, match="early_stopping=True"):
        doctor.read(json.dumps({"train_score_": list(model.train_score_)}).encode())


@pytest.mark.parametrize("options", [{"early_stopping": False}, {"early_stopping": True, "scoring": "accuracy"}])
def test_what_histogram_boosting_prints_without_a_loss_is_refused_by_name(
    options: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    HistGradientBoostingClassifier(max_iter=3, verbose=2, random_state=0, **options).fit(ROWS, LABELS)

    with pytest.raises(doctor.HistoryError, match=r"histogram boosting printed no loss.*scoring='loss'"):
        doctor.read(capsys.readouterr().out.encode())
