"""What the doctor is told of a training run, and what comes back."""

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import pytest

import doctor
from tests.doctor import curves_by_hand
from training.diagnosis.diagnosing import Diagnosed, diagnose_final, diagnose_folds
from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold, split
from training.network.interface import Network
from training.problem.interface import Curves, Evaluation, Fitted

LABELS = np.repeat([0, 1], [40, 20])
UNUSED = cast(Network, None)
FOLDS = split(LABELS, Groups.alone(60), 5, 2, 0)
SETTINGS = {"optimizer": "sgd", "momentum": 0.9, "learning_rate": 0.5, "parameters": 77, "epochs": 30}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The contexts that the doctor was given, in order."""
    contexts: list[dict[str, Any]] = []
    ask = doctor.diagnose

    def listen(history: Any, context: Any) -> doctor.Diagnosis:
        contexts.append(context)
        return ask(history, context)

    monkeypatch.setattr(doctor, "diagnose", listen)
    return contexts


def _evaluation(curves: Iterable[Curves], settings: dict[str, Any] = SETTINGS) -> Evaluation:
    return Evaluation(np.zeros((1, 60)), tuple(curves), settings)


def test_the_doctor_is_told_the_numbers_of_the_fold(asked: list[dict[str, Any]]) -> None:
    fold = Fold(0, 0, np.arange(0, 50), np.arange(50, 60))
    diagnose_folds(_evaluation([curves_by_hand.healthy()]), [fold], LABELS)
    expected = {
        "examples": "images",
        "from_logits": True,
        "n_train": 50,
        "class_counts_train": [40, 10],
        "batch_size": 50,  # every step takes all images
        "learning_rate": 0.5,
        "parameters": 77,
        "optimizer": "sgd_momentum",
        "n_val": 10,
        "class_counts_val": [0, 10],
    }
    (found,) = asked
    assert found == expected


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"optimizer": "sgd", "momentum": 0.0}, "sgd"),
        ({"optimizer": "sgd", "momentum": 0.5}, "sgd_momentum"),
        ({"optimizer": "adam", "momentum": 0.9}, "adam"),
        ({}, None),
    ],
)
def test_the_optimizer_is_told_by_what_it_does(
    asked: list[dict[str, Any]], settings: dict[str, Any], told: str | None
) -> None:
    diagnose_folds(_evaluation([curves_by_hand.healthy()], settings | {"batch_size": 8}), FOLDS[:1], LABELS)
    assert asked[0]["optimizer"] == told
    assert asked[0]["batch_size"] == 8


def test_the_final_fit_has_all_images_and_no_validation(asked: list[dict[str, Any]]) -> None:
    without: dict[str, Any]
    without = {key: values for key, values in curves_by_hand.exploding().items() if not key.startswith("val_")}
    found = diagnose_final(Fitted(UNUSED, without, SETTINGS), LABELS)
    (final,) = asked
    assert "n_val" not in final
    assert (final["n_train"], final["class_counts_train"]) == (60, [40, 20])
    assert "diverged" in [finding.symptom for finding in found]


def test_each_fold_has_its_diagnosis_and_symptoms_are_counted() -> None:
    curves = [curves_by_hand.healthy(), curves_by_hand.swinging(), curves_by_hand.swinging()]  # of ten folds
    final = diagnose_final(Fitted(UNUSED, curves_by_hand.healthy()), LABELS)
    found = Diagnosed(diagnose_folds(_evaluation(curves), FOLDS, LABELS), final)
    assert [diagnosis.healthy for diagnosis in found.folds] == [True, False, False]
    assert found.common()["oscillating"] == 2
    assert found.common()["healthy"] == 1


def test_a_penalty_that_holds_the_loss_up_is_not_called_a_loss_of_probabilities() -> None:
    """A regularised head on shuffled labels: every answer is right, and the loss may stand at any level."""
    loss = 0.573 + 0.07 * 0.3 ** np.arange(40)
    curves = {"loss": loss.tolist(), "accuracy": [0.9, *[1.0] * 39]}
    alone = doctor.diagnose(curves, {"class_counts_train": [40, 20]})
    assert "loss_of_probabilities" in {finding.symptom for finding in alone}
    final = diagnose_final(Fitted(UNUSED, curves, SETTINGS), LABELS)
    assert "loss_of_probabilities" not in {finding.symptom for finding in final}
