"""The problem as it travels: every image's bytes in one block of memory, so that no worker needs the files.

Ray keeps the block once on each machine, and its workers read it in place.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from training.problem.interface import Problem
from training.reading.dataset import Sample

Block = NDArray[np.uint8]


@dataclass(frozen=True)
class Crate:
    """A problem whose samples cannot be read yet, and where in the block each has its bytes.

    Attributes:
        problem: The problem; its samples' `read` fails.
        ends: Where each sample's bytes end in the block, those with labels first; int64.
    """

    problem: Problem
    ends: NDArray[np.int64]


def pack(problem: Problem) -> tuple[Crate, Block]:
    """Read every sample; return the problem without them, and all bytes one after the other."""
    samples = (*problem.samples, *problem.unlabelled)
    files = [np.frombuffer(sample.read(), np.uint8) for sample in samples]
    bare = dataclasses.replace(
        problem,
        samples=_with(problem.samples, _fail),
        unlabelled=_with(problem.unlabelled, _fail),
        advance=_nothing,
    )
    return Crate(bare, np.cumsum([len(file) for file in files])), np.concatenate(files)


def unpack(crate: Crate, block: Block) -> Problem:
    """Return the problem again; its samples are read from the block."""
    labelled = len(crate.problem.samples)
    samples = [*crate.problem.samples, *crate.problem.unlabelled]
    filled = [
        dataclasses.replace(sample, read=partial(_read, block, start, end))
        for sample, (start, end) in zip(samples, _spans(crate.ends), strict=True)
    ]
    return dataclasses.replace(crate.problem, samples=filled[:labelled], unlabelled=filled[labelled:])


def _with(samples: Sequence[Sample], read: Callable[[], bytes]) -> tuple[Sample, ...]:
    return tuple(dataclasses.replace(sample, read=read) for sample in samples)


def _spans(ends: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    starts = np.concatenate([[0], ends[:-1]])
    return zip(starts.tolist(), ends.tolist(), strict=True)


def _read(block: Block, start: int, end: int) -> bytes:
    return block[start:end].tobytes()


def _fail() -> bytes:
    raise RuntimeError("the sample was packed without its bytes")


def _nothing() -> None:
    return None
