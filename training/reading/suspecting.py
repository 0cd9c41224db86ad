"""Groups that nobody said and that names or files give away: slices of a patient, frames of a video, bursts, scenes.

The suspicion is strong where nearly all images, in both classes, have names that count on within a few stems that are
themselves numbered (`patient0_slice03`), or lie in folders of several images inside their class, or where a clue of the
files is sure (`training.reading.clues`). Such groups are used, and it is said how to say otherwise: without them an
estimate can be far too good, with them it is at worst too modest.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError
from training.reading.belonging import count
from training.reading.class_level import fold_case
from training.reading.clues import CLUES, Clue, Evidence, patients
from training.reading.dataset import Dataset, Sample
from training.reading.grouping import SYNTAX, Grouping, by_name
from training.reading.words import noun_of

Tell = Callable[[PurePosixPath], str | None]
PATTERN = r"^(.*[0-9])[^0-9]+[0-9]+[.][^.]*$"
"""A stem that ends in a number, something that is none, and the counter: `patient0` of patient0_slice03.png."""
_SHARE, _LEAST, _STEMS = 0.9, 3, 2
"""Of the images that have to be in groups of at least so many images, and groups that each class has to have."""
_ANEW = 0.5
"""Share of the smaller class's names that the other one has too where each class counts anew."""
_GAPS = 4
"""A group's counters span at most so many times their number; times of day do not count on."""


def suspect(
    dataset: Dataset,
    see: Callable[[Sequence[Sample]], NDArray[np.float32]] | None = None,
    beside: Sequence[str] = (),
) -> Dataset:
    """Return the dataset with the groups that its names or its files give away, if they do so and nobody said any.

    What is sure becomes the samples' `group`; what is not, their `doubted`.

    Args:
        dataset: The images.
        see: Returns features of images, float32 `[n, d]`; without it, thumbnails take their place.
        beside: How the names of files begin that came from elsewhere; their names tell nothing for or against.

    Raises:
        TrainingError: Groups were asked for that the files do not tell.
    """
    grouping, samples = dataset.grouping, dataset.samples
    evidence = Evidence(samples, see)
    if grouping is not None and grouping.kind == "file":
        clue = CLUES[grouping.value](evidence)
        if clue is None:
            raise TrainingError(f"--groups file:{grouping.value}: {grouping} tells no groups of these images. {SYNTAX}")
        return _grouped(dataset, replace(clue, grouping=grouping))
    if grouping is not None or any(sample.group is not None for sample in samples):
        return dataset
    named = _by_names(dataset, beside)
    if named is not None:
        return named
    clues = [clue for tell in CLUES.values() if (clue := tell(evidence)) is not None]
    sure = [clue for clue in clues if clue.sure and _can_be_split(dataset, clue)]
    if sure:
        return _grouped(dataset, sure[0])
    return _doubted(dataset, clues[0]) if clues else dataset


def suspect_at_once(dataset: Dataset) -> Dataset:
    """Return the dataset with the groups that names and headers give away; pictures, which `suspect` sees, may more."""
    if dataset.grouping is not None or any(sample.group is not None for sample in dataset.samples):
        return dataset
    named = _by_names(dataset, ())
    if named is not None:
        return named
    clue = patients(Evidence(dataset.samples))
    return _grouped(dataset, clue) if clue is not None and _can_be_split(dataset, clue) else dataset


def _can_be_split(dataset: Dataset, clue: Clue) -> bool:
    """Tell whether each class has several groups; a class of one could not be learned and checked."""
    told = count(_grouped(dataset, clue).train, dataset.classes)
    return told is not None and min(told.of_class.values()) >= _STEMS


def _grouped(dataset: Dataset, clue: Clue) -> Dataset:
    pairs = zip(dataset.samples, clue.groups, strict=True)
    named = dataset.with_samples([replace(sample, group=name) for sample, name in pairs])
    return replace(named, grouping=clue.grouping)


def _doubted(dataset: Dataset, clue: Clue) -> Dataset:
    pairs = zip(dataset.samples, clue.groups, strict=True)
    named = dataset.with_samples([replace(sample, doubted=name) for sample, name in pairs])
    return replace(named, doubt=clue.grouping)


def _by_names(dataset: Dataset, beside: Sequence[str]) -> Dataset | None:
    """Return the dataset with the groups that its file names give away; None where they give away none."""
    own = [sample for sample in dataset.train if not sample.file.startswith(tuple(beside))]
    kinds = {sample.kind for sample in dataset.samples if sample.kind is not None}
    classes = {fold_case(name) for name in (dataset.classes.negative, dataset.classes.positive, *kinds)}

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
        anew = count_on and numbered_anew(own)

        def name(sample: Sample, tell: Tell = tell, anew: bool = anew) -> str | None:
            group = tell(PurePosixPath(sample.file))
            own = dataset.classes.positive if sample.label else sample.kind or dataset.classes.negative
            return f"{own}/{group}" if anew and group else group

        return _grouped(dataset, Clue(told, [name(sample) for sample in dataset.samples], sure=True))
    return None


def numbered_anew(samples: Sequence[Sample]) -> bool:
    """Tell whether each class numbers its own: names that are in both classes cannot be one image, nor one patient."""
    names = [{PurePosixPath(sample.file).name for sample in samples if sample.label == label} for label in (0, 1)]
    return len(names[0] & names[1]) >= _ANEW * min(map(len, names))


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
