"""Which images belong together: by a pattern, a folder or a column, and joined with near duplicates."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from artifact.card import Classes
from training.errors import TrainingError
from training.evaluation.groups import Groups
from training.reading import belonging
from training.reading.dataset import Dataset, Sample
from training.reading.found import Found
from training.reading.grouping import parse
from training.reading.regrouping import regroup

FILES = ["no/patient0_slice00.png", "no/patient12_slice01.png", "yes/patient0_slice02.png"]


def _groups(files: list[str], how: str) -> list[str | None]:
    found = [Found(file, file.split("/")[0], "train", bytes) for file in files]
    return [entry.group for entry in regroup(found, parse(how))]


@pytest.mark.parametrize(
    ("how", "groups"),
    [
        ("patient*_", ["0", "12", "0"]),
        ("name:patient*_", ["0", "12", "0"]),
        ("*/patient*_", ["no/0", "no/12", "yes/0"]),
        ("*_slice", ["patient0", "patient12", "patient0"]),
        ("(p[a-z]+[0-9]+)", ["patient0", "patient12", "patient0"]),
        ("folder", ["no", "no", "yes"]),
        ("folder:1", ["no", "no", "yes"]),
        ("none", [None, None, None]),
    ],
)
def test_groups_are_told_by_pattern_and_by_folder(how: str, groups: list[str | None]) -> None:
    assert _groups(FILES, how) == groups


def test_a_name_that_does_not_fit_is_an_error_that_names_it() -> None:
    with pytest.raises(TrainingError, match=r"1 of 4 files, such as yes/other\.png"):
        _groups([*FILES, "yes/other.png"], "patient*_")
    with pytest.raises(TrainingError, match=r"folder:3.* does not tell the group of 3 of 3 files"):
        _groups(FILES, "folder:3")


def test_a_column_that_groups_no_image_and_a_class_of_one_group_are_refused_by_name(
    make_sample: Callable[..., Sample],
) -> None:
    with pytest.raises(TrainingError, match=r"column:site tells the group of no image.*with that column filled in"):
        _groups(FILES, "column:site")
    samples = tuple(replace(make_sample(row, row % 2), group=f"s{row % 2 * row}") for row in range(8))
    data = Dataset(Classes("no", "yes"), samples, (), grouping=parse("column:site"))
    with pytest.raises(TrainingError, match="All images of no belong to one site by the column site"):
        belonging.check_several(belonging.count(samples, data.classes), data)


@pytest.mark.parametrize("how", ["", "patient", "folder:x", "folder:0", "([", "(?:p)"])
def test_what_is_no_way_to_tell_groups_is_refused_with_the_syntax(how: str) -> None:
    with pytest.raises(ValueError, match=r"column:NAME"):
        parse(how)


@pytest.mark.parametrize(
    ("how", "noun"),
    [("column:patient_id", "patient"), ("patient*_", "patient"), ("*_a", "group"), ("folder:1", "group")],
)
def test_a_group_is_called_what_the_user_calls_it(how: str, noun: str) -> None:
    assert parse(how).noun == noun


def test_joining_two_relations_gives_their_transitive_closure() -> None:
    generator = np.random.default_rng(0)
    for _ in range(50):
        first, second = generator.integers(0, 6, (2, 9))
        joined = Groups.joining(first, second).numbers
        reached = (first[:, None] == first) | (second[:, None] == second)
        for middle, row, column in itertools.product(range(9), repeat=3):
            reached[row, column] |= reached[row, middle] & reached[middle, column]
        assert ((joined[:, None] == joined) == reached).all()


def test_groups_are_counted_by_class_and_where_they_hold_both(make_sample: Callable[..., Sample]) -> None:
    from dataclasses import replace

    names = ["a", "a", "b", "c", None]
    samples = [replace(make_sample(row, row % 2), group=name) for row, name in enumerate(names)]
    counted = belonging.count(samples, Classes("no", "yes"))
    assert counted is not None
    assert (counted.all, counted.of_class, counted.of_both) == (4, {"no": 3, "yes": 2}, 1)
    assert belonging.count([replace(sample, group=None) for sample in samples], Classes("no", "yes")) is None
