"""Refuse folders that hold the split or the classes at several depths: by one level, test images would be learned."""

from collections import defaultdict
from collections.abc import Sequence

from training.errors import TrainingError
from training.reading.class_level import Folders, fold_case, listed
from training.reading.words import is_wording, part_of


def check(folders: Sequence[Folders], level: int | None) -> None:
    """Raise `TrainingError` where the folders below a level of two classes contradict each other.

    Args:
        folders: The folders of each image, without the level of the split.
        level: That of the classes; None where there is none.
    """
    _check_split(folders)
    if level is not None:
        _check_depths([one for one in folders if len(one) > level], level)


def _check_split(folders: Sequence[Folders]) -> None:
    """Refuse `a/train` and `a/test` where they were not taken for the split, since other images lie elsewhere."""
    children: dict[Folders, set[str]] = defaultdict(set)
    for one in folders:
        for depth, name in enumerate(one):
            if part_of(name) is not None:
                children[one[:depth]].add(name)
    for above, names in children.items():
        if len({part_of(name) for name in names}) < 2:
            continue
        paths = ["/".join((*above, name)) for name in names]
        others = {one for one in folders if one[: len(above) + 1] not in {(*above, name) for name in names}}
        beside = listed(sorted({"/".join(one) or "the top folder" for one in others}))
        such = f", such as {'/'.join(above)}" if above else ""
        raise TrainingError(
            f"The folders {listed(paths)} tell training from test, and other images lie in no such folder: {beside}. "
            f"Give the folder that is meant as DATA_DIR{such}, or bring all "
            "images to the same depth."
        )


def _check_depths(folders: Sequence[Folders], level: int) -> None:
    """Refuse two classes that hold folders of the same names at other depths: these are the classes, most likely."""
    depths: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for one in folders:
        for depth, name in enumerate(one[level + 1 :]):
            if not is_wording(name):
                depths[fold_case(one[level])][fold_case(name)].add(depth)
    if len({fold_case(one[level]) for one in folders}) != 2 or len(depths) != 2:
        return
    first, second = depths.values()
    uneven = [name for name in first if name in second and first[name].isdisjoint(second[name])]
    if len(uneven) > 1:
        both = " and ".join(sorted(depths))
        raise TrainingError(
            f"Folders called {listed(uneven)} lie in both {both}, but not at the same depth, so it is not clear which "
            f"are the classes. Give one of {both} as DATA_DIR, and the other with --also, or bring all images to the "
            "same depth."
        )
