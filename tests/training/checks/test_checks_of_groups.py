"""Checks where images belong together: a patient with seven views is one piece of evidence."""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from training.checks import NotRun, contradictions, copies, groups, leaks, quantity, shift, shortcuts
from training.checks.interface import Subject
from training.evaluation.groups import Groups


def _with(subject: Subject, **changes: Any) -> Subject:
    return dataclasses.replace(subject, dataset=dataclasses.replace(subject.dataset, **changes))


def _views(groups: int, dimensions: int, seed: int, of_each: int = 5) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw features of groups of views: each group far from the others, its views near each other."""
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(groups, dimensions))
    members = np.repeat(np.arange(groups), of_each)
    return (centres[members] + generator.normal(0, 0.2, (len(members), dimensions))).astype(np.float32), members


class TestTwoSamplesOfGroups:
    """The two-sample test where images belong together: new patients are not another kind."""

    def test_new_groups_of_the_same_kind_are_called_different_no_more_often_than_the_level_says(self) -> None:
        called = {True: 0, False: 0}
        for seed in range(40):
            features, members = _views(14, 20, seed, of_each=3)
            is_test = members >= 9
            for grouped in called:
                groups = Groups.of(members) if grouped else Groups.alone(len(members))
                p_value = shift.two_sample_test(features, is_test, seed, groups)[1]
                called[grouped] += p_value < 0.05
        assert called[True] <= 6  # binomial, 40 draws at 5 %: 6 or fewer in 99 %
        assert called[False] > 30

    def test_leaving_a_group_out_by_formula_is_refitting_without_it(self) -> None:
        """The oracle solves the ridge system anew for every group, in the dual with the same mean and strength."""
        features, members = _views(6, 3, 1, of_each=4)
        is_test = members >= 4
        rows = features - features.mean(axis=0, dtype=np.float64)
        strength = np.trace(rows @ rows.T) / len(rows)
        design = np.concatenate([rows, np.full((len(rows), 1), 1.0)], axis=1)
        hat = rows @ rows.T @ np.linalg.inv(rows @ rows.T + np.eye(len(rows)) * strength) + 1 / len(rows)
        penalty = np.diag([strength] * 3 + [0.0])
        expected = np.empty(len(rows))
        for number in range(6):
            seen = members != number
            weights = np.linalg.solve(design[seen].T @ design[seen] + penalty, design[seen].T @ is_test[seen])
            expected[~seen] = design[~seen] @ weights
        found = shift._leave_out(hat, is_test[:, None].astype(float), Groups.of(members))[:, 0]
        assert found == pytest.approx(expected, abs=1e-9)

    def test_too_few_patients_are_not_compared(self, well: Subject) -> None:
        patients = [dataclasses.replace(one, group=str(row // 10)) for row, one in enumerate(well.dataset.samples)]
        outcome = shift.check(_with(well, train=tuple(patients[:40]), test=tuple(patients[40:])))
        assert isinstance(outcome, NotRun)
        assert "4 groups and of 4 others are too few" in outcome.reason


def test_patients_who_happen_to_be_bright_are_no_evidence_that_a_class_is(well: Subject) -> None:
    """Sixteen patients of five views, whose brightness is drawn by chance; as images, they tell the classes apart."""
    samples = (*well.dataset.train, *well.dataset.test)
    called = {True: 0, False: 0}
    for seed in range(60):
        shades = np.random.default_rng(seed).normal(size=16)
        for told in called:
            train = []
            for row, sample in enumerate(samples):
                properties = sample.facts.properties.copy()
                properties[0] = shades[row // 5]
                facts = dataclasses.replace(sample.facts, properties=properties)
                group = str(row // 5) if told else None
                train.append(dataclasses.replace(sample, label=row // 5 % 2, facts=facts, group=group))
            found = shortcuts.check(_with(well, train=tuple(train), test=()))
            assert isinstance(found, list)
            called[told] += bool(found)
    assert called[False] >= 5
    assert called[True] <= 1


def test_three_patients_of_a_class_can_show_no_shortcut(well: Subject) -> None:
    told = _with(
        well, train=tuple(dataclasses.replace(one, group=str(row % 6)) for row, one in enumerate(well.dataset.train))
    )
    outcome = shortcuts.check(told)
    assert isinstance(outcome, NotRun)
    assert "3 groups of a class are too few" in outcome.reason


def _told(subject: Subject, names: Sequence[str]) -> Subject:
    train, test = (
        tuple(dataclasses.replace(one, group=names[row % len(names)]) for row, one in enumerate(part))
        for part in (subject.dataset.train, subject.dataset.test)
    )
    return _with(subject, train=train, test=test)


def test_patients_are_never_called_copies(well: Subject) -> None:
    """One number for what belongs together and another for what nearly repeats: each check reads its own."""
    together = _told(well, [f"patient {row // 4}" for row in range(40)])
    for check in (copies, contradictions, leaks):
        assert check.check(together) == []


def test_groups_are_counted_and_those_in_train_and_test_are_named(well: Subject) -> None:
    assert groups.check(well) == []
    told = _told(_with(well, test=()), "abcdefghijklm")
    (result,) = groups.check(told)
    assert result.severity == "info"
    assert "40 training images come from 13 groups" in result.summary
    shared = _told(well, "abcdefghijklm")
    first = groups.check(shared)[0]
    assert first.severity == "critical"
    assert re.search(r"40 of 40 test images are of 13 groups .*no test result", first.summary)


def test_what_is_one_is_called_one(well: Subject) -> None:
    one = dataclasses.replace(well, dataset=dataclasses.replace(well.dataset, test=well.dataset.test[:1]))
    assert "1 test image moves the test accuracy in steps of 1.00" in quantity.check(one)[0].summary
    assert "1 of 1 test image is of 1 group in training too (a)" in groups.check(_told(one, "a"))[0].summary


def test_fewer_than_five_groups_of_a_class_are_a_warning(well: Subject) -> None:
    told = _told(_with(well, test=()), "abcd")
    (result,) = groups.check(told)
    assert result.severity == "warning"
    assert "Fewer than 5 of a class cannot promise" in result.summary
