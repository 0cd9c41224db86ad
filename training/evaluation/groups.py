"""Which images belong together, as every estimator takes it: what counts as one, and stays on one side of a split.

Images belong together in two ways. Near duplicates say no more than one image does. Images of one group (a patient, a
video, a site) are images of their own that err alike. A group here holds both: its images are of sets of near
duplicates and of groups that were told, joined. Where every image stands alone, it is a group of one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Groups:
    """What each of `n` images belongs to.

    Attributes:
        numbers: Images with one number are of one group, int64 `[n]`; in a part they are those of the whole.
        duplicates: Images with one number are near duplicates, and so of one group, int64 `[n]`.
        told: Whether groups join more than near duplicates, in the whole that this may be a part of.
    """

    numbers: Numbers
    duplicates: Numbers
    told: bool

    @classmethod
    def of(cls, numbers: Numbers, duplicates: Numbers | None = None) -> "Groups":
        """Return the groups with these numbers, which are the sets of near duplicates where no others are given."""
        if duplicates is None:
            return cls(numbers, numbers, False)
        return cls(numbers, duplicates, len(np.unique(numbers)) < len(np.unique(duplicates)))

    @classmethod
    def joining(cls, duplicates: Iterable[object], names: Iterable[object]) -> "Groups":
        """Return the groups of images whose set of near duplicates or whose group has the same name, by chains of both.

        None in either is one by itself. Groups are numbered in the order of first appearance.
        """
        from scipy.sparse import coo_array  # both take long to import, and few who import this join anything
        from scipy.sparse.csgraph import connected_components

        sets, named = number(duplicates), number(names)
        if not len(sets):
            return cls.of(sets)
        ends = np.stack([sets, named + len(sets)])  # a graph between sets and groups; an image is an edge
        graph = coo_array((np.ones(len(sets)), (ends[0], ends[1])), shape=(2 * len(sets), 2 * len(sets)))
        members = connected_components(graph, directed=False)[1][sets]
        return cls.of(number(members.tolist()), sets)

    @classmethod
    def alone(cls, images: int) -> "Groups":
        """Return the groups of so many images that have nothing to do with each other."""
        return cls.of(np.arange(images))

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.numbers)

    def __getitem__(self, rows: Any) -> "Groups":
        """Return what some rows belong to: row numbers (which may repeat), a mask, or a slice."""
        return Groups(self.numbers[rows], self.duplicates[rows], self.told)

    @cached_property
    def members(self) -> Numbers:
        """The group of each image, numbered from 0 without gaps, in the order of `numbers`, `[n]`."""
        return np.unique(self.numbers, return_inverse=True)[1]

    @cached_property
    def sizes(self) -> Numbers:
        """How many images each group has, `[count]`."""
        return np.bincount(self.members).astype(np.int64)

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.sizes)

    @property
    def separate(self) -> int:
        """How many images there are where near duplicates count as one."""
        return len(np.unique(self.duplicates))

    @property
    def rows(self) -> list[Numbers]:
        """The rows of each group, ascending."""
        return rows_of(self.members)

    @property
    def several(self) -> list[Numbers]:
        """The rows of each group of several images, ascending."""
        return [np.flatnonzero(self.members == number) for number in np.flatnonzero(self.sizes > 1)]

    def in_any_of(self, others: "Groups") -> NDArray[np.bool_]:
        """Tell which images are of a group that others are of too, `[n]`; both are parts of one whole."""
        return np.isin(self.numbers, others.numbers)

    def sum(self, values: Floats | Numbers) -> Floats:
        """Return the sum of the images' values in each group, `[count]`."""
        return np.asarray(np.bincount(self.members, values), np.float64)

    def draw(self, generator: np.random.Generator) -> Floats:
        """Return how often each group is in a bootstrap sample of as many groups, `[count]`."""
        drawn = generator.integers(self.count, size=self.count)
        return np.bincount(drawn, minlength=self.count).astype(np.float64)

    def shuffle(self, values: NDArray[Any], times: int, generator: np.random.Generator) -> NDArray[Any]:
        """Return values that the images of a group share, as they are and then dealt to the groups anew.

        Returns `[n, 1 + times]`; each group has one value in a column.
        """
        of_group = values[np.unique(self.members, return_index=True)[1]]
        return np.stack([of_group, *(generator.permutation(of_group) for _ in range(times))], axis=1)[self.members]


def rows_of(numbers: Numbers) -> list[Numbers]:
    """Return the ascending rows of each number, the lowest number first."""
    order = np.argsort(numbers, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1) if len(order) else []


def number(names: Iterable[object]) -> Numbers:
    """Return a number for each name, int64 `[n]`, from 0 in the order of first appearance; None is one by itself."""
    known: dict[object, int] = {}
    alone = ((index,) if name is None else name for index, name in enumerate(names))
    return np.array([known.setdefault(name, len(known)) for name in alone], np.int64)
