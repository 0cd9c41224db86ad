"""What tells groups that nobody said: each clue is a function of the images, and one row of `CLUES`.

A clue returns the group of each image by name, how sure it is, and what it is called, or None where it tells nothing.
A sure one is used; an unsure one is a doubt, and training gives the estimate under both readings.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from training.evaluation.groups import number
from training.reading import crowding, nearness, originals
from training.reading.dataset import Sample, label_array
from training.reading.grouping import Grouping

Names = list[str | None]
_REPEATED = 0.2
"""Share of the images that have to share a patient or a camera with others before these are groups."""
_CAMERA_IMAGES = 3


@dataclass(frozen=True)
class Clue:
    """Groups that were told: what they are made by, the name of each image's, and whether it is sure."""

    grouping: Grouping
    groups: Names
    sure: bool


@dataclass(frozen=True)
class Evidence:
    """The images that a clue looks at.

    Attributes:
        samples: The images.
        see: Returns features of unit length of them, float32 `[n, d]`, which takes a while; None where there are none.
    """

    samples: Sequence[Sample]
    see: Callable[[Sequence[Sample]], NDArray[np.float32]] | None = None

    @cached_property
    def features(self) -> NDArray[np.float32]:
        """Features of a network, or where there is none the thumbnails."""
        return self.thumbnails if self.see is None else self.see(self.samples)

    @cached_property
    def duplicates(self) -> NDArray[np.int64]:
        """Near-duplicate set of each, `[n]`."""
        return number(sample.duplicates for sample in self.samples)

    @cached_property
    def thumbnails(self) -> NDArray[np.float32]:
        """Small gray pictures, float32 `[n, 256]`."""
        return np.stack([sample.facts.thumbnail for sample in self.samples])


def patients(evidence: Evidence) -> Clue | None:
    """Tell groups by the patient, or else the examination, that DICOM files name."""
    names: Names = [sample.facts.provenance.patient for sample in evidence.samples]
    counts = Counter(name for name in names if name)
    repeated = sum(count for count in counts.values() if count > 1)
    if len(counts) < 2 or repeated < _REPEATED * len(names):
        return None
    return Clue(Grouping("file", "patient", suspected=True), names, sure=True)


def made_from(evidence: Evidence) -> Clue | None:
    """Tell groups by the photo that images were made from, where their names say that tools of augmentation did."""
    names = originals.tell([sample.file for sample in evidence.samples])
    return Clue(Grouping("file", "original", suspected=True), names, sure=True) if any(names) else None


def bursts(evidence: Evidence) -> Clue | None:
    """Tell groups by the name that a camera gave to what it took at one press."""
    names: Names = [sample.facts.provenance.burst for sample in evidence.samples]
    if not any(count > 1 for name, count in Counter(names).items() if name):
        return None
    return Clue(Grouping("file", "burst", suspected=True), names, sure=True)


def cameras(evidence: Evidence) -> Clue | None:
    """Tell groups by the camera; never sure, since two photographs of one camera need have nothing in common."""
    names: Names = [sample.facts.provenance.camera for sample in evidence.samples]
    counts = Counter(name for name in names if name)
    several = [name for name, count in counts.items() if count >= _CAMERA_IMAGES]
    if len(several) < 2 or sum(counts[name] for name in several) < (1 - _REPEATED) * len(names):
        return None
    return Clue(Grouping("file", "camera", suspected=True), names, sure=False)


def times(evidence: Evidence) -> Clue | None:
    """Tell scenes by the time at which the pictures were taken: what follows each other looks alike."""
    taken = [sample.facts.provenance.taken for sample in evidence.samples]
    known = [time for time in taken if time is not None]
    if len(known) < len(taken) or len(set(known)) < len(known) / 2:
        return None
    return _in_order(evidence, np.argsort(known, kind="stable"), "time")


def order(evidence: Evidence) -> Clue | None:
    """Tell scenes by the order of the files in each folder."""
    keys = [_natural(sample.file) for sample in evidence.samples]
    return _in_order(evidence, np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64), "order")


def looks(evidence: Evidence) -> Clue | None:
    """Tell sets that look far more alike than others, first by thumbnails; never sure, as kinds of things do."""
    if crowding.jump(evidence.thumbnails, evidence.duplicates) < crowding.PROMISING:
        return None
    if crowding.jump(evidence.features, evidence.duplicates) < crowding.FAR:
        return None
    names: Names = [f"scene {number + 1}" for number in crowding.sets(evidence.features, evidence.duplicates)]
    return Clue(Grouping("file", "looks", suspected=True), names, sure=False)


CLUES: dict[str, Callable[[Evidence], Clue | None]] = {
    "patient": patients,
    "original": made_from,
    "time": times,
    "order": order,
    "burst": bursts,
    "looks": looks,
    "camera": cameras,
}
"""By what `--groups file:WHAT` names; the earlier ones count for more."""


def _in_order(evidence: Evidence, rows: NDArray[np.int64], value: str) -> Clue | None:
    """Cut an order into scenes, where it means something: first by thumbnails, at no cost, then by features."""
    labels = label_array(evidence.samples)
    folders = [(labels[row], str(PurePosixPath(evidence.samples[row].file).parent)) for row in rows]
    parts: dict[object, list[int]] = defaultdict(list)
    for row, folder in zip(rows, folders, strict=True):
        parts[folder if value == "order" else labels[row]].append(int(row))
    ordered = [np.array(part, np.int64) for part in parts.values()]
    if not nearness.look(evidence.thumbnails, ordered, evidence.duplicates).promising:
        return None
    shown = nearness.look(evidence.features, ordered, evidence.duplicates)
    if shown.p_value > nearness.SIGNIFICANCE or shown.beyond_chance < nearness.WEAK:
        return None
    found = nearness.scenes(evidence.features, ordered, evidence.duplicates)
    names: Names = [f"scene {number + 1}" for number in found]
    return Clue(Grouping("file", value, suspected=True), names, sure=shown.beyond_chance >= nearness.STRONG)


def _natural(file: str) -> list[tuple[int, int, str]]:
    """Return a key that puts `frame9` before `frame10`."""
    pieces = re.split(r"(\d+)", file)
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces]
