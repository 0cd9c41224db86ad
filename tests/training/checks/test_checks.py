"""Each check on a dataset where it must speak, and on one where it must not."""

import dataclasses
import re
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from artifact.provenance import Provenance
from tests.there import there
from training import checks
from training.checks import (
    NotRun,
    balance,
    contradictions,
    copies,
    leaks,
    origins,
    quantity,
    shift,
    shortcuts,
)
from training.checks import unreadable as unreadable_files
from training.checks.interface import Subject
from training.reading.dataset import Sample
from training.reading.facts import PROPERTIES
from training.reading.found import Skipped


def _with(subject: Subject, **changes: Any) -> Subject:
    return dataclasses.replace(subject, dataset=dataclasses.replace(subject.dataset, **changes))


def _relabel(samples: Iterable[Sample], labels: Iterable[int]) -> tuple[Sample, ...]:
    return tuple(dataclasses.replace(one, label=label) for one, label in zip(samples, labels, strict=True))


def _grouped(subject: Subject, **numbers: int) -> Subject:
    """Make near duplicates of the rows that get the number of another one."""
    samples = subject.dataset.samples
    marked = [dataclasses.replace(one, duplicates=numbers.get(f"r{row}", row)) for row, one in enumerate(samples)]
    return _with(subject, train=tuple(marked[:40]), test=tuple(marked[40:]))


def _without_test(subject: Subject) -> Subject:
    return _with(subject, test=())


def _shortcut(subject: Subject, names: list[int], strength: float) -> Subject:
    """Move the properties of the images that say yes."""
    train = []
    for sample in subject.dataset.train:
        properties = sample.facts.properties.copy()
        properties[names] += strength * sample.label
        train.append(dataclasses.replace(sample, facts=dataclasses.replace(sample.facts, properties=properties)))
    return _with(subject, train=tuple(train))


def _taken(subject: Subject, no: str | None, yes: str | None, others: int = 0) -> Subject:
    """Give each class a camera, and so many images the other's."""
    train = []
    for row, sample in enumerate(subject.dataset.train):
        camera = (no, yes)[sample.label ^ (row < others)]
        facts = dataclasses.replace(sample.facts, provenance=Provenance(camera=camera))
        train.append(dataclasses.replace(sample, facts=facts))
    return _with(subject, train=tuple(train))


def _saved(subject: Subject, *endings: str) -> Subject:
    """Give the files of each class an ending."""
    train = [
        dataclasses.replace(one, file=f"{row}{endings[one.label]}") for row, one in enumerate(subject.dataset.train)
    ]
    return _with(subject, train=tuple(train))


def _shifted(subject: Subject, by: float) -> Subject:
    train, test = there(subject.features)
    return dataclasses.replace(subject, features=(train, test + by * (np.arange(30) < 8).astype(np.float32)))


def _few(subject: Subject, n_train: int, n_test: int) -> Subject:
    return _with(subject, train=subject.dataset.train[:n_train], test=subject.dataset.test[:n_test])


@pytest.mark.parametrize(
    ("check", "make_ill", "severity", "words"),
    [
        (
            unreadable_files,
            lambda well: _with(well, skipped=(Skipped("a.png", "It is empty."), Skipped("b.png", "--classes", True))),
            "warning",
            "1 file was not used",
        ),
        (
            unreadable_files,
            lambda well: _with(well, skipped=(Skipped("a.png", "Empty."), Skipped("b.png", "Torn."))),
            "warning",
            "2 files were not used",
        ),
        (copies, lambda well: _grouped(well, r2=0), "info", "1 of 40 training images nearly repeats .* 39 separate"),
        (copies, lambda well: _grouped(well, **{f"r{row}": 0 for row in range(2, 18, 2)}), "warning", "8 of 40"),
        (contradictions, lambda well: _grouped(well, r3=0), "critical", "1 group of nearly identical"),
        (contradictions, lambda well: _grouped(well, r3=0, r5=4), "critical", "2 groups of"),
        (leaks, lambda well: _grouped(well, r45=7), "critical", "1 of 40 test images nearly repeats .*; it is"),
        (leaks, lambda well: _grouped(well, r45=7, r46=7), "critical", "2 of 40 test images nearly repeat .* they are"),
        (
            balance,
            lambda well: _with(well, train=_relabel(well.dataset.train, [1] * 30 + [0] * 10), test=()),
            "warning",
            "30 images are yes and 10 are no.* 75 % of the time, so the accuracy says little",
        ),
        (
            balance,
            lambda well: _with(well, test=_relabel(well.dataset.test, [1] * 33 + [0] * 7)),
            "warning",
            r"balanced otherwise in test .18 % no, 82 % yes",
        ),
        (quantity, lambda well: _few(well, 12, 40), "warning", "12 separate training images are very few.* 66 %"),
        (quantity, lambda well: _few(well, 40, 10), "info", r"10 test images move .* steps of 0.10.* 72 %"),
        (quantity, lambda well: _grouped(_few(well, 40, 10), r45=7), "info", r"9 test images move .* 0.11.* 70 %"),
        (
            shortcuts,
            lambda well: _shortcut(well, [0, 6], 1.0),
            "warning",
            r"brightness .AUROC 1.00, higher for yes., file size",
        ),
        (shortcuts, lambda well: _shortcut(well, [3], -1.0), "warning", "sharpness .AUROC 1.00, higher for no"),
        (shortcuts, lambda well: _shortcut(well, [7], -1.0), "warning", "red less blue .AUROC 1.00, higher for no"),
        (
            origins,
            lambda well: _taken(well, "Apple iPhone 13", None, others=4),
            "warning",
            "the camera .*: 18 of 20 of no were taken with Apple iPhone 13, and 2 of 20 of yes. If that is",
        ),
        (
            origins,
            lambda well: _taken(well, None, "K"),
            "warning",
            "20 of 20 of yes were taken with K, and 0 of 20 of no",
        ),
        (origins, lambda well: _saved(well, ".JPG", ".png"), "warning", "file format .*20 of 20 of no are JPEG files"),
        (shift, lambda well: _shifted(well, 1.2), "warning|critical", r"AUROC 0\.\d\d, p = 0.002"),
        (shift, lambda well: _shifted(well, 9.0), "critical", r"AUROC 1.00"),
    ],
)
def test_it_speaks_where_something_is_wrong_and_only_there(
    check: ModuleType, make_ill: Callable[[Subject], Subject], severity: str, words: str, well: Subject
) -> None:
    assert check.check(well) == []
    results = check.check(make_ill(well))
    assert len(results) == 1
    assert results[0].check == check.NAME
    assert re.fullmatch(severity, results[0].severity)
    assert re.search(words, results[0].summary, re.DOTALL)
    assert results[0].evidence


@pytest.mark.parametrize(
    ("check", "make_subject", "reason"),
    [
        (leaks, _without_test, "no test images"),
        (shift, _without_test, "no test images"),
        (shift, lambda well: dataclasses.replace(well, features=None), "no network features"),
        (
            shift,
            lambda well: dataclasses.replace(well, features=(well.features[0], well.features[1][:7])),
            "7 test images are too few",
        ),
    ],
)
def test_what_cannot_be_checked_says_why(
    check: ModuleType, make_subject: Callable[[Subject], Subject], reason: str, well: Subject
) -> None:
    outcome = check.check(make_subject(well))
    assert isinstance(outcome, NotRun)
    assert outcome.check == check.NAME
    assert reason in outcome.reason


def test_the_evidence_names_the_files(well: Subject) -> None:
    (leaking,), _ = checks.run(_grouped(well, r45=7), (leaks,))
    assert leaking.evidence["pairs"] == [{"test": "45.png", "train": "7.png"}]
    assert contradictions.check(_grouped(well, r3=0))[0].evidence["groups"] == [["0.png", "3.png"]]
    assert copies.check(_grouped(well, r2=0, r4=0))[0].evidence["groups"] == [["0.png", "2.png", "4.png"]]


def test_all_run_the_most_severe_first_and_say_what_was_not_run(well: Subject) -> None:
    ill = _without_test(_with(_grouped(well, r3=0), skipped=(Skipped("a.png", "It is empty."),)))
    results, not_run = checks.run(ill)
    assert [one.severity for one in results] == ["critical", "warning", "info"]
    assert {one.check for one in not_run} == {leaks.NAME, shift.NAME}
    healthy, none = checks.run(well)
    assert (healthy, none) == ([], [])


def test_a_property_that_is_the_same_everywhere_is_no_shortcut(well: Subject) -> None:
    flat = [
        dataclasses.replace(one, facts=dataclasses.replace(one.facts, properties=np.ones(len(PROPERTIES))))
        for one in well.dataset.train
    ]
    assert shortcuts.check(_with(well, train=tuple(flat))) == []


def test_two_endings_of_one_format_and_a_camera_of_half_of_each_class_are_no_shortcut(well: Subject) -> None:
    assert origins.check(_saved(well, ".jpg", ".JPEG")) == []
    assert origins.check(_taken(well, "K", "L", others=20)) == []


def test_a_class_of_files_without_a_camera_is_told_where_the_other_names_many(well: Subject) -> None:
    named = [
        dataclasses.replace(one, facts=dataclasses.replace(one.facts, provenance=Provenance(camera=f"K{row // 8}")))
        if one.label
        else one
        for row, one in enumerate(well.dataset.train)
    ]
    (found,) = origins.check(_with(well, train=tuple(named)))
    assert "20 of 20 of no name no camera, and 0 of 20 of yes" in found.summary


def test_a_burst_of_one_camera_counts_once(well: Subject) -> None:
    grouped = [dataclasses.replace(one, group=f"{one.label}") for one in well.dataset.train]
    assert origins.check(_with(_taken(_with(well, train=tuple(grouped)), "K", "L"))) == []


@pytest.mark.parametrize("n", [12, 40])
def test_properties_that_mean_nothing_are_seldom_called_shortcuts(n: int, well: Subject) -> None:
    """At one in a hundred after Bonferroni's correction, though of a dozen images many an AUROC is above 0.75."""
    called = 0
    for seed in range(150):
        labels = np.random.default_rng(seed).permutation(np.arange(n) % 2)
        called += bool(shortcuts.check(_with(well, train=_relabel(well.dataset.train[:n], labels))))
    assert called <= 5
