from __future__ import annotations

import json
from typing import Any

import pytest

from doctor import LABELS, SETTINGS, Change, Diagnosis, Evidence, Finding, HistoryError, Remedy, diagnose
from doctor.case import Case
from doctor.context import Context
from doctor.curves import load
from doctor.symptoms import JUDGED, NOTES, Symptom
from tests.doctor import curves_by_hand as by_hand

CASE = Case.of(load(by_hand.overfitting()), Context.of(by_hand.CONTEXT))
BARE = Case.of(load({"loss": [0.5, 0.4]}), Context())


@pytest.mark.parametrize("symptom", [*JUDGED, *NOTES], ids=lambda symptom: symptom.name)
@pytest.mark.parametrize("case", [CASE, BARE], ids=["all known", "two losses"])
def test_every_symptom_describes_itself_whatever_is_known(symptom: Symptom, case: Case) -> None:
    finding = symptom.describe(case)

    assert finding.symptom == symptom.name
    assert finding.summary.endswith(".")
    assert finding.remedy.advice.endswith(".")
    assert symptom.name == "healthy" or finding.causes
    assert all(change.setting in SETTINGS for change in finding.remedy.changes)


def test_there_is_one_judged_symptom_for_each_label() -> None:
    assert sorted(symptom.name for symptom in JUDGED) == sorted(LABELS)
    assert all((symptom.present is None) == (symptom in JUDGED) for symptom in (*JUDGED, *NOTES))


def test_findings_come_most_severe_first_and_iterate() -> None:
    diagnosis = diagnose(by_hand.swinging(), by_hand.CONTEXT | {"n_val": 8, "class_counts_val": [4, 4]})

    ranks = [{"critical": 0, "warning": 1, "info": 2}[finding.severity] for finding in diagnosis]
    assert ranks == sorted(ranks)
    assert list(diagnosis) == list(diagnosis.findings)


def test_a_number_that_is_not_finite_becomes_null() -> None:
    finding = Finding("healthy", "info", "Fine.", (Evidence("loss", float("nan"), (3,)),), (), Remedy((), "None."))

    written = Diagnosis((finding,), (), "Fine.", True, ("healthy",)).to_json()

    assert json.loads(json.dumps(written, allow_nan=False))["findings"][0]["evidence"] == [
        {"name": "loss", "value": None, "epochs": [3]}
    ]


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown change"):
        Change("colour", "set", "blue")


@pytest.mark.parametrize(
    ("context", "word"),
    [
        ({"n_train": -1}, "n_train"),
        ({"n_val": "ten"}, "n_val"),
        ({"batch_size": 2.5}, "batch_size"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"class_counts_train": [5]}, "class_counts_train"),
        ({"optimizer": 3}, "optimizer"),
        ({"validation_probabilities": [0.2, 1.3]}, "validation_probabilities"),
        ({"favourite_colour": 1}, "favourite_colour"),
        ([1, 2], "mapping"),
    ],
)
def test_a_context_that_cannot_be_is_refused_by_name(context: dict[str, Any], word: str) -> None:
    with pytest.raises(HistoryError, match=word):
        diagnose(by_hand.healthy(), context)


def test_image_numbers_follow_from_class_counts() -> None:
    context = Context.of({"class_counts_train": [20, 15], "class_counts_val": [5, 5]})

    assert (context.n_train, context.n_val) == (35, 10)


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ({"error": [1, 2], "height": [3]}, ["error", "height", "Expected 'loss'"]),
        ({"loss": []}, ["no epochs"]),
        ({"loss": ["low", "lower"]}, ["'loss'", "not a number"]),
        ({"loss": [[1], [2]]}, ["'loss'"]),
        ([1, 2], ["mapping"]),
        (7, ["int"]),
    ],
)
def test_a_history_that_cannot_be_understood_says_what_was_found(history: object, words: list[str]) -> None:
    with pytest.raises(HistoryError) as error:
        diagnose(history)  # type: ignore[arg-type]  # on purpose

    assert all(word in str(error.value) for word in words)
