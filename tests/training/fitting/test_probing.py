"""The probe by its promises: nothing of a fold's validation images reaches their own scores."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.evaluation import scores
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.fitting.probing import CrossFit, Probe, gather
from training.problem.interface import Problem
from training.problem.overrides import Overrides

N = 24


def _problem(
    labels: NDArray[np.int64],
    folds: int = 4,
    repeats: int = 2,
    seed: int = 0,
    weights: NDArray[np.float32] | None = None,
) -> Problem:
    groups = Groups.alone(len(labels))
    weights = np.ones(len(labels), np.float32) if weights is None else weights
    return Problem([], labels, groups, split(labels, groups, folds, repeats, seed), weights, 0)


def _views(labels: NDArray[np.int64], signal: float = 1.0, seed: int = 0) -> tuple[NDArray[np.float32], ...]:
    generator = np.random.default_rng(seed)
    views = [generator.normal(0.3, 1, (len(labels), dimensions)) for dimensions in (12, 30)]
    views[0][:, 0] += signal * labels
    return tuple(view.astype(np.float32) for view in views)


@pytest.fixture(scope="module")
def probe() -> Probe:
    labels = np.arange(N) % 2
    return Probe(_views(labels), _problem(labels))


@pytest.fixture(scope="module")
def evaluated(probe: Probe) -> CrossFit:
    return probe.evaluate()


def test_every_image_is_scored_in_every_repeat_and_every_fold_has_its_curve(probe: Probe, evaluated: CrossFit) -> None:
    assert evaluated.logits.shape == (2, N)
    assert np.isfinite(evaluated.logits).all()
    assert len(evaluated.curves) == len(evaluated.mixtures) == len(probe.problem.folds) == 8
    for curves in evaluated.curves:
        assert set(curves) == {"loss", "accuracy", "val_loss", "val_accuracy"}
        assert len({len(values) for values in curves.values()}) == 1


def test_labels_of_validation_images_never_change_their_own_scores(probe: Probe, evaluated: CrossFit) -> None:
    for fold in probe.problem.folds[:3]:
        labels = probe.problem.labels.copy()
        labels[fold.validation] = 1 - labels[fold.validation]
        problem = dataclasses.replace(probe.problem, labels=labels)
        after = Probe(probe.views, problem).evaluate()
        position = probe.problem.folds.index(fold)
        own, others = fold.validation, np.setdiff1d(np.arange(N), fold.validation)
        np.testing.assert_allclose(after.logits[fold.repeat, own], evaluated.logits[fold.repeat, own], atol=1e-5)
        assert after.mixtures[position] == evaluated.mixtures[position]
        assert np.abs(after.logits[fold.repeat, others] - evaluated.logits[fold.repeat, others]).max() > 0.1


def test_on_shuffled_labels_the_scores_say_nothing() -> None:
    areas, losses = [], []
    for seed in range(12):
        labels = np.random.default_rng(seed).permutation(np.arange(N) % 2)
        found = Probe(_views(labels, signal=0.0, seed=seed), _problem(labels, repeats=1, seed=seed)).evaluate()
        areas.append(scores.auroc(found.logits, labels))
        losses.append(scores.log_losses(found.logits, labels).mean())
    assert np.mean(losses) < 0.95  # the base rate's is 0.69
    # out-of-fold rankings are a little below one half: a fold's share of yes runs against that of its training images
    assert -0.1 < np.mean(areas) - 0.5 < 3 * np.std(areas) / np.sqrt(12)


def test_a_fold_is_logistic_regression_on_its_own_rows_with_the_strength_that_was_chosen(
    probe: Probe, evaluated: CrossFit
) -> None:
    labels, fold, mixture = probe.problem.labels, probe.problem.folds[0], evaluated.mixtures[0]
    scaled = []
    for view, share in zip(_views(labels), mixture.shares, strict=True):
        centred = view.astype(float) - view[fold.train].mean(axis=0)
        scaled.append(centred * np.sqrt(share / (centred[fold.train] ** 2).sum(axis=1).mean()))
    features = np.concatenate(scaled, axis=1)
    oracle = LogisticRegression(C=1 / mixture.strength, tol=1e-9, max_iter=10_000)
    oracle.fit(features[fold.train], labels[fold.train])
    expected = oracle.decision_function(features[fold.validation])
    found = evaluated.logits[fold.repeat, fold.validation]
    assert np.corrcoef(found, expected)[0, 1] > 0.98
    assert np.polyfit(expected, found, 1)[0] == pytest.approx(1, abs=0.25)  # descent stops a little short of the end


def test_the_finished_head_is_for_the_features_as_they_are(probe: Probe) -> None:
    finished = probe.finish()
    parts = [view @ weights for view, weights in zip(probe.views, finished.weights, strict=True)]
    logits = np.add.reduce(parts, axis=0).astype(np.float64) + finished.bias
    assert scores.auroc(logits[None], probe.problem.labels) > 0.9
    signs = 2 * probe.problem.labels - 1
    penalised = finished.curves["loss"][-1]
    assert 0 <= penalised - np.logaddexp(0, -signs * logits).mean() < 0.2
    assert set(finished.curves) == {"loss", "accuracy"}


def test_the_settings_say_what_the_head_was_trained_with(probe: Probe) -> None:
    problem = dataclasses.replace(probe.problem, overrides=Overrides(learning_rate=0.25, epochs=7))
    changed = dataclasses.replace(probe, problem=problem)
    finished = changed.finish()
    found = changed.settings(finished.mixture)
    assert (found["learning_rate"], found["epochs"], found["parameters"]) == (0.25, 7, 12 + 30 + 1)
    assert found["l2"] == pytest.approx(finished.mixture.strength / (2 * N))
    assert sum(found["shares"]) == pytest.approx(1)
    assert len(finished.curves["loss"]) == 7


def test_heavier_images_pull_the_head_their_way() -> None:
    labels = np.arange(N) % 2
    views = _views(labels, signal=0.5)
    heavy = np.where(labels == 1, 1.9, 0.1).astype(np.float32)

    def mean_logit(weights: NDArray[np.float32] | None) -> float:
        finished = Probe(views, _problem(labels, weights=weights)).finish()
        parts = [view @ part for view, part in zip(views, finished.weights, strict=True)]
        return float(np.mean(np.sum(parts, axis=0) + finished.bias))

    assert mean_logit(heavy) > mean_logit(None) + 0.5


def test_scores_are_gathered_by_repeat_and_fold() -> None:
    labels = np.arange(12) % 2
    folds = split(labels, Groups.alone(12), 3, 2, seed=0)
    rows: NDArray[np.float64] = np.arange(0.0, 600.0, 100.0)[:, None] + np.arange(12)
    found = gather(folds, 12, rows)
    for position, fold in enumerate(folds):
        assert found[fold.repeat, fold.validation].tolist() == (position * 100 + fold.validation).tolist()
