"""Exact copies: one of each stays, and those with both labels all go."""

import dataclasses
from collections.abc import Callable, Iterable

from artifact.card import Classes
from training.reading.cleaning import remove_copies
from training.reading.dataset import Dataset, Sample
from training.reading.found import Skipped


def _named(sample: Sample, file: str) -> Sample:
    return dataclasses.replace(sample, file=file)


def _clean(train: Iterable[Sample], test: Iterable[Sample] = (), skipped: Iterable[Skipped] = ()) -> Dataset:
    return remove_copies(Dataset(Classes("no", "yes"), tuple(train), tuple(test), tuple(skipped)))


def _files(entries: Iterable[Sample | Skipped]) -> list[str]:
    return [entry.file for entry in entries]


def test_without_copies_nothing_changes(make_sample: Callable[..., Sample]) -> None:
    data = Dataset(Classes("no", "yes"), (make_sample(1, 0), make_sample(2, 1)), (make_sample(3, 1),))
    assert remove_copies(data) == data


def test_the_first_of_several_copies_stays_and_the_others_say_which_one_it_is(
    make_sample: Callable[..., Sample],
) -> None:
    first = make_sample(1, 0)
    cleaned = _clean([first, make_sample(2, 1), _named(first, "b.png"), _named(first, "c.png")])
    assert _files(cleaned.train) == ["1.png", "2.png"]
    assert _files(cleaned.skipped) == ["b.png", "c.png"]
    assert all("exact copy of 1.png, which is used" in entry.reason for entry in cleaned.skipped)


def test_a_test_image_that_training_has_is_left_out_of_the_test_and_kept_in_training(
    make_sample: Callable[..., Sample],
) -> None:
    known = make_sample(1, 0)
    cleaned = _clean([known, make_sample(2, 1)], [_named(known, "asked.png"), make_sample(3, 1)])
    assert _files(cleaned.train) == ["1.png", "2.png"]
    assert _files(cleaned.test) == ["3.png"]
    assert _files(cleaned.skipped) == ["asked.png"]


def test_copies_with_both_labels_all_go_wherever_they_are(make_sample: Callable[..., Sample]) -> None:
    torn = make_sample(1, 0)
    other = dataclasses.replace(torn, label=1, file="other.png")
    third = dataclasses.replace(torn, file="third.png")
    for train, test in (([torn, other, third], []), ([torn, third], [other]), ([other], [torn, third])):
        cleaned = _clean([*train, make_sample(2, 1)], [*test, make_sample(3, 0)])
        assert _files(cleaned.train) == ["2.png"]
        assert _files(cleaned.test) == ["3.png"]
        assert sorted(_files(cleaned.skipped)) == ["1.png", "other.png", "third.png"]
        assert all("labelled as the other class" in entry.reason for entry in cleaned.skipped)


def test_an_image_that_a_list_names_twice_is_not_called_a_copy_of_itself(make_sample: Callable[..., Sample]) -> None:
    torn = make_sample(1, 0)
    cleaned = _clean([torn, dataclasses.replace(torn, label=1), make_sample(2, 1), make_sample(2, 1)])
    assert [entry.reason for entry in cleaned.skipped] == [
        "It is listed with both classes; keep the right one.",
        "It is listed with both classes; keep the right one.",
        "It is listed more than once, and counts once.",
    ]


def test_what_was_skipped_before_stays_named(make_sample: Callable[..., Sample]) -> None:
    before = Skipped("broken.png", "It is no image.")
    assert _clean([make_sample(1, 0)], skipped=[before]).skipped == (before,)
