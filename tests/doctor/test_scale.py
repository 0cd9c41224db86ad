"""What kind of loss a run has, told or read off its first epochs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from doctor import HistoryError, diagnose, read
from doctor.cli import main
from doctor.context import FACTS, Context
from doctor.counting import MOST, size_from_steps
from doctor.curves import load
from doctor.scale import Scale, scale_of
from tests.doctor import curves_by_hand as by_hand

EPOCHS = np.arange(20)


def learning(classes: int, start: float = 0.0) -> dict[str, list[float]]:
    """Return a run of K classes that knows a growing share of the answers and guesses the rest: loss is exact."""
    known = start + (0.95 - start) * (1 - np.exp(-EPOCHS / 5))
    right = known + (1 - known) / classes
    loss = -right * np.log(right) - (1 - right) * np.log((1 - right) / (classes - 1))
    curves = {"loss": loss, "accuracy": right, "val_loss": 1.01 * loss, "val_accuracy": right - 0.001}
    return {name: values.tolist() for name, values in curves.items()}


def scale(history: dict[str, Any], **context: object) -> Scale:
    return scale_of(load(history), Context.of(context))


@pytest.mark.parametrize("classes", [2, 3, 5, 10, 30, 100])
def test_the_number_of_classes_is_read_off_the_first_epochs(classes: int) -> None:
    found = scale(learning(classes))

    assert found.classes == pytest.approx(classes, rel=0.15)
    assert found.guess.loss == pytest.approx(math.log(classes), rel=0.1)
    assert not found.told


def test_facts_take_precedence_over_what_the_curves_suggest() -> None:
    assert scale(learning(10), classes=3).classes == 3
    assert scale(learning(10), class_counts_train=[10, 20, 30, 40]).classes == 4
    assert scale(learning(2), task="regression").classes is None


@pytest.mark.parametrize(
    "loss", [[0.15, 0.05, 0.02, 0.01, 0.01], [10.8, 6.2, 4.9, 4.1, 3.8], [-0.2, -0.5, -0.8, -0.9, -0.95]]
)
def test_a_loss_that_is_none_of_classes_is_measured_against_its_beginning(loss: list[float]) -> None:
    found = scale({"loss": loss})

    assert found.classes is None
    assert found.apply(load({"loss": loss})).loss[0] == pytest.approx(1.0)
    assert (found.apply(load({"loss": loss})).loss > 0).all()


def test_a_penalty_makes_no_hundred_classes_of_two() -> None:
    loss = [3.06, 2.68, 2.35, 2.0, 1.7, 1.4]  # an L2 penalty lies on top
    right = [0.59, 0.64, 0.69, 0.7, 0.72, 0.74]

    assert scale({"loss": loss, "accuracy": right}).classes == 2


@pytest.mark.parametrize("classes", [2, 3, 10, 100])
@pytest.mark.parametrize("told", [True, False])
def test_a_sound_run_is_healthy_and_a_stuck_one_is_flat_for_any_number_of_classes(classes: int, told: bool) -> None:
    facts = {"classes": classes} if told else {}
    rng = np.random.default_rng(classes)
    stuck = {"loss": (math.log(classes) + rng.normal(0, 0.001, 20)).tolist(), "accuracy": [1 / classes] * 20}

    assert diagnose(learning(classes), facts).labels == ("healthy",)
    assert "flat_training" in diagnose(stuck, facts).labels
    assert "diverged" not in diagnose(stuck, facts).labels


def test_checks_that_need_the_cost_of_guessing_say_so_of_another_loss() -> None:
    loss = (12 * np.exp(-EPOCHS / 3) + 1).tolist()
    diagnosis = diagnose({"loss": loss, "val_loss": [value * 1.05 for value in loss]}, {"task": "regression"})
    reasons = {check.check: check.reason for check in diagnosis.checks_not_run}

    for name in ("underfitting", "label_noise", "imbalance_collapse", "distribution_shift"):
        assert "the cost of guessing is not known for this loss" in reasons[name]
    assert "overfitting" not in reasons
    assert diagnosis.healthy


def test_an_explosion_of_a_loss_of_its_own_scale_is_seen() -> None:
    loss = [5.0, 3.0, 9.0, 60.0, 800.0, 2e4, 1e6, 1e8]

    assert "diverged" in diagnose({"loss": loss}, {"task": "regression"}).labels


@pytest.mark.parametrize("epochs", [6, 20, 200])
def test_no_run_of_six_epochs_or_more_is_called_too_short(epochs: int) -> None:
    rng = np.random.default_rng(epochs)
    for level in (0.1, 0.7, 3.0, 40.0):
        for _ in range(5):
            history = {
                "loss": (level * rng.uniform(0.5, 1.5, epochs)).tolist(),
                "val_loss": rng.uniform(0, level, epochs),
            }
            diagnosis = diagnose(history)
            assert "too short" not in diagnosis.verdict
            assert not any("too few" in finding.summary for finding in diagnosis)


def test_what_cannot_be_told_is_said_with_what_would_help() -> None:
    short = diagnose({"loss": [0.5, 0.4]})

    assert short.verdict == "This curve is too short to tell anything."
    assert [finding.kind for finding in short] == ["too_short"]


@pytest.mark.parametrize(("size", "digits"), [(16, 4), (94, 4), (150, 4), (400, 4), (37, 3), (190, 7)])
def test_the_number_of_examples_is_read_off_the_steps_of_accuracy(size: int, digits: int) -> None:
    counts = np.random.default_rng(size).integers(size // 2, size, 30)

    assert size_from_steps(np.round(counts / size, digits)) == size


def test_accuracies_of_very_many_examples_give_no_small_number() -> None:
    counts = np.random.default_rng(0).integers(30_000, 44_005, 40)

    assert size_from_steps(np.round(counts / 44_005, 4)) in (None, MOST)
    assert size_from_steps(np.array([0.5, 0.5, 0.5])) is None


def test_overfitting_is_seen_without_the_number_of_validation_examples() -> None:
    assert diagnose(by_hand.overfitting()).labels == ("overfitting",)


def test_every_fact_has_one_row_and_an_attribute() -> None:
    assert set(FACTS) == set(Context.__dataclass_fields__)
    assert all(fact.missing.endswith("not known") for fact in FACTS.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [("classes", 1), ("classes", "ten"), ("task", "cooking"), ("examples", ""), ("from_logits", "yes")],
)
def test_a_kind_of_task_that_cannot_be_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(HistoryError, match=name):
        diagnose(by_hand.healthy(), {name: value})


def test_classes_and_task_can_be_told_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "history.csv"
    path.write_text("epoch,loss\n" + "\n".join(f"{epoch},{3 + 0.001 * (epoch % 2)}" for epoch in range(12)))

    assert main([str(path), "--classes", "20"]) == 1
    assert "at what guessing costs" in capsys.readouterr().out
    assert main([str(path), "--task", "regression"]) == 1
    assert "where it began" in capsys.readouterr().out


@pytest.mark.parametrize(("called", "word"), [(None, "examples"), ("images", "images"), ("sentences", "sentences")])
def test_examples_are_called_images_only_where_that_is_known(called: str | None, word: str) -> None:
    diagnosis = diagnose(by_hand.overfitting(), by_hand.CONTEXT | {"examples": called})
    text = diagnosis.verdict + str(diagnosis.findings)

    assert word in diagnosis.verdict
    assert word == "images" or "image" not in text


@pytest.mark.parametrize("context", [{}, {"task": "regression"}])
def test_one_training_loss_in_twelve_epochs_is_no_model_that_learned_nothing(context: dict[str, str]) -> None:
    rows = "".join(f"{n},{0.55 if n == 6 else ''},{0.45 - 0.01 * n}\n" for n in range(12))
    diagnosis = diagnose(read(f"epoch,train_loss,val_loss\n{rows}".encode())[0], context)

    assert diagnosis.labels == ()
    assert [finding.kind for finding in diagnosis] == ["seldom_logged"]
    assert "logged in 1 of 12 epochs" in diagnosis.findings[0].summary
    assert diagnosis.verdict == "The training loss was logged too seldom to tell."


@pytest.mark.parametrize("share", [0.04, 0.12])
def test_a_loss_of_its_own_scale_that_falls_evenly_to_the_end_is_neither_flat_nor_done(share: float) -> None:
    fall = 1 - share * np.arange(14) / 13 + share / 8 * (np.arange(14) / 13) ** 2
    diagnosis = diagnose({"loss": 1.39 * fall, "val_loss": 1.47 * (0.5 + fall / 2)}, {"task": "other"})

    assert diagnosis.labels == ("undertrained",)


def test_what_read_returns_is_named_where_it_is_passed_as_one() -> None:
    with pytest.raises(HistoryError, match=r"diagnose\(\*doctor.read"):
        diagnose(({"loss": [0.7, 0.6]}, None))  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(("classes", "val_times"), [(2, 1), (2, 12), (10, 12)])
def test_a_loss_summed_over_batches_is_judged_as_its_mean_would_be(classes: int, val_times: int) -> None:
    mean = learning(classes)
    summed = mean | {
        "loss": [50 * loss for loss in mean["loss"]],
        "val_loss": [val_times * loss for loss in mean["val_loss"]],
    }
    diagnosis = diagnose(summed, {"classes": classes})

    assert diagnosis.labels == diagnose(mean, {"classes": classes}).labels
    assert 35 < scale(summed, classes=classes).times < 70
    (note,) = [finding for finding in diagnosis if finding.symptom == "loss_is_summed"]
    assert "sum over batches" in note.summary


def test_a_loss_far_above_guessing_whose_accuracy_does_not_follow_is_no_sum() -> None:
    rising = {"loss": [3.0, 8.0, 20.0, 35.0, 60.0, 80.0], "accuracy": [0.5, 0.52, 0.49, 0.51, 0.5, 0.5]}
    penalised = learning(2) | {"loss": [9 * math.exp(-epoch / 3) + 0.5 for epoch in EPOCHS.tolist()]}

    assert diagnose(rising, {"classes": 2}).labels == ("diverged",)
    assert scale(penalised, classes=2).times == 1
