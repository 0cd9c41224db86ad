"""Groups that nobody said and that the names give away: slices of a patient, frames of a video, folders inside classes.

The suspicion is strong where nearly all images, in both classes, have names that count on within a few stems that are
themselves numbered (`patient0_slice03`), or lie in folders of several images inside their class. Such groups are used,
and it is said how to say otherwise: without them an estimate can be far too good, with them it is at worst too modest.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from training.reading.class_level import fold_case
from training.reading.dataset import Dataset, Sample
from training.reading.grouping import Grouping, by_name
from training.reading.words import noun_of

PATTERN = r"^(.*[0-9])[^0-9]+[0-9]+[.][^.]*$"
"""A stem that ends in a number, something that is none, and the counter: `patient0` of patient0_slice03.png."""
_SHARE, _LEAST, _STEMS = 0.9, 3, 2
"""Of the images that have to be in groups of at least so many images, and groups that each class has to have."""
_GAPS = 4
"""A group's counters span at most so many times their number; times of day do not count on."""


def suspect(dataset: Dataset, beside: Sequence[str] = ()) -> Dataset:
    """Return the dataset with the groups that its file names give away, if they do so and nobody has said any.

    Args:
        dataset: The images.
        beside: How the names of files begin that came from elsewhere; their names tell nothing for or against.
    """
    samples = (*dataset.train, *dataset.test)
    if dataset.grouping is not None or any(sample.group is not None for sample in samples):
        return dataset
    own = [sample for sample in dataset.train if not sample.file.startswith(tuple(beside))]
    classes = {fold_case(dataset.classes.negative), fold_case(dataset.classes.positive)}

    def inside(path: PurePosixPath) -> str | None:
        """Return the folder that holds an image, where it lies inside a class's."""
        folders = path.parts[:-1]
        return folders[-1] if any(fold_case(name) in classes for name in folders[:-1]) else None

    for tell, grouping, count_on in (
        (by_name(PATTERN), Grouping("name", PATTERN), True),
        (inside, Grouping("folder", "-1"), False),
    ):
        groups = [tell(PurePosixPath(sample.file)) for sample in own]
        if not _is_strong(own, groups, count_on):
            continue
        names = {name for name in groups if name}
        told = replace(grouping, called=noun_of(names) or "group", suspected=True)
        train, test = (
            tuple(replace(sample, group=tell(PurePosixPath(sample.file))) for sample in part)
            for part in (dataset.train, dataset.test)
        )
        return replace(dataset, train=train, test=test, grouping=told)
    return dataset


def _is_strong(samples: Sequence[Sample], groups: Sequence[str | None], count_on: bool) -> bool:
    sizes = Counter(group for group in groups if group)
    if sum(size for size in sizes.values() if size >= _LEAST) < _SHARE * len(samples):
        return False
    of_class = [{group for group, one in zip(groups, samples, strict=True) if one.label == label} for label in (0, 1)]
    if min(map(len, of_class)) < _STEMS:
        return False
    return not count_on or _count_on(samples, groups)


def _count_on(samples: Sequence[Sample], groups: Sequence[str | None]) -> bool:
    """Tell whether the last numbers in the names count the images of most groups."""
    counters = defaultdict(set)
    for sample, group in zip(samples, groups, strict=True):
        if group and (numbers := re.findall("[0-9]+", PurePosixPath(sample.file).stem)):
            counters[group].add(int(numbers[-1]))
    counting = sum(max(found) - min(found) < _GAPS * len(found) for found in counters.values())
    return counting >= _SHARE * len(counters)
