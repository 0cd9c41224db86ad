"""Stage one: from what the user gave to a clean dataset, its folds, and what each image resembles."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifact.card import Reading
from training.backbone.cache import Cache
from training.errors import TrainingError
from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold, default_folds, default_repeats, split
from training.progress import Stages
from training.reading import belonging, example, glance, merging, rest, seeing, similarity, sources
from training.reading import dataset as datasets
from training.reading.cleaning import remove_copies
from training.reading.dataset import Dataset, Sample, kind_array, label_array
from training.reading.found import Listing, Skipped
from training.reading.suspecting import suspect
from training.settings import Settings


@dataclass(frozen=True)
class Gathered:
    """The data of one run.

    Attributes:
        dataset: What is used and what was skipped.
        folds: The splits of the training images.
        unlabelled: Further images, without labels.
        layout: How the source was understood, in words.
    """

    dataset: Dataset
    folds: tuple[Fold, ...]
    unlabelled: tuple[Sample, ...] = ()
    layout: str = ""

    @property
    def labels(self) -> NDArray[np.int64]:
        """0 or 1 for each training image."""
        return label_array(self.dataset.train)

    @property
    def why_withheld(self) -> str | None:
        """Why the training images cannot promise a share of right answers on new ones; None where they can."""
        return belonging.why_withheld(self.dataset.train, self.dataset.classes, self.dataset.noun)

    @property
    def rounds(self) -> dict[str, int]:
        """How many `folds` there are in a repeat, and how many `repeats`."""
        return {
            "folds": len({fold.number for fold in self.folds}),
            "repeats": len({fold.repeat for fold in self.folds}),
        }

    @property
    def clean_test(self) -> tuple[Sample, ...]:
        """The test images that neither nearly repeat a training image nor are of a training image's group."""
        return tuple(sample for sample, clean in zip(self.dataset.test, self._clean, strict=True) if clean)

    @property
    def clean_test_groups(self) -> Groups:
        """What each of these test images belongs to."""
        return self.dataset.test_groups[self._clean]

    @property
    def _clean(self) -> NDArray[np.bool_]:
        return ~self.dataset.test_groups.in_any_of(self.dataset.train_groups)


def gather(settings: Settings, stages: Stages) -> Gathered:
    """Find, read, clean, group and split the images; raises `TrainingError`."""
    listing, share = _find(settings)
    if glance.is_worth_it(listing):
        stages.say(glance.take(listing, settings.positive, settings.reading))
    with stages.stage("Reading images", len(listing.found)) as advance:
        data = datasets.read(listing.found, settings.positive, advance, settings.reading)
        data = dataclasses.replace(data, skipped=(*data.skipped, *listing.unused), grouping=listing.grouping)
        data = remove_copies(data)
        datasets.check_enough(data)
    with stages.stage("Looking for near duplicates"):
        data = similarity.mark(data)
        if settings.source is not None:
            data = suspect(data, _eyes(settings), [f"{name}/" for name in merging.names(settings.also)])
        if share is not None:
            data = _hold_out(data, share, settings.seed)
    labels, told = label_array(data.train), belonging.count(data.train, data.classes)
    belonging.check_several(told, data)
    folds = settings.folds or default_folds(len(labels))
    repeats = settings.repeats or default_repeats(len(labels), None if told is None else told.all)
    splits = split(labels, data.train_groups, folds, repeats, settings.seed, kind_array(data.train))
    unlabelled = _unlabelled(settings, data.reading)
    return Gathered(data, splits, unlabelled, listing.layout)


def _find(settings: Settings) -> tuple[Listing, float | None]:
    """Return the labelled files, and the share to hold out for testing if that was asked for.

    One class is set against the rest where the source has more than two, and then of all that is given beside it.
    """
    first = rest.set_against(_list(settings.source, settings), settings.positive)
    against = settings.positive if rest.has(first) else None
    listing = merging.merge(first, settings.also, settings.asked, against)
    if settings.test is None:
        return listing, None
    share = _as_share(settings.test)
    if share is not None:
        return _pool(listing, share), share
    given = _list(Path(settings.test), settings)
    given = given if against is None else rest.join(given, against)
    train = [entry for entry in listing.found if entry.part == "train"]
    replaced = [
        Skipped(entry.file, f"--test {settings.test} takes the place of the source's own test images.")
        for entry in listing.found
        if entry.part == "test"
    ]
    test = [dataclasses.replace(entry, part="test") for entry in given.found]
    unused = [*listing.unused, *replaced, *given.unused]
    return dataclasses.replace(listing, found=train + test, unused=unused), None


def _pool(listing: Listing, share: float) -> Listing:
    """Return the listing with every image for training, and in words that its own parts do not count."""
    own = sum(entry.part == "test" for entry in listing.found)
    found = [dataclasses.replace(entry, part="train") for entry in listing.found]
    if not own:
        return dataclasses.replace(listing, found=found)
    these = "this test image counts" if own == 1 else f"these {own} test images count"
    words = f"with --test {share:g} {these} with the others, and the share is held out of all"
    return dataclasses.replace(listing, found=found, layout=f"{listing.layout}; {words}")


def _list(source: Path | None, settings: Settings) -> Listing:
    if source is None:
        return Listing(example.find(), [], "the built-in example")
    return sources.find(source, settings.asked)


def _eyes(settings: Settings) -> Callable[[Sequence[Sample]], NDArray[np.float32]]:
    return partial(seeing.see, cache=None if settings.cache is None else Cache(settings.cache))


def _unlabelled(settings: Settings, reading: Reading) -> tuple[Sample, ...]:
    if settings.unlabelled is None:
        return ()
    return datasets.read_unlabelled(sources.find_unlabelled(settings.unlabelled), reading)


def _as_share(text: str) -> float | None:
    try:
        share = float(text)
    except ValueError:
        return None
    if not 0.01 <= share <= 0.5:
        raise TrainingError(
            f"--test {text} holds out nothing useful; a share from 0.01 to 0.5, or a folder, was expected."
        )
    return share


def _hold_out(data: Dataset, share: float, seed: int) -> Dataset:
    """Move a stratified share of the images, all for training, to the test part, each group together."""
    labels = label_array(data.train)
    wanted = Fraction(share).limit_denominator(100).denominator
    folds = split(labels, data.train_groups, wanted, 1, seed, kind_array(data.train))
    held = np.concatenate([fold.validation for fold in folds[: max(1, round(share * len(folds)))]])
    parts = (np.setdiff1d(np.arange(len(labels)), held), np.sort(held))
    train, test = (tuple(data.train[row] for row in rows) for rows in parts)
    held_out = dataclasses.replace(data, train=train, test=test)
    datasets.check_enough(held_out)
    return held_out
