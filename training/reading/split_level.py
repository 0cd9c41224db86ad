"""Which level of the folders is the split, and which part each of its names means."""

from collections.abc import Sequence

from training.errors import TrainingError
from training.reading.class_level import SHARE, Folders, listed
from training.reading.found import Part
from training.reading.words import names_both, part_of, parts_of


def find(folders: Sequence[Folders]) -> tuple[int | None, dict[str, Part]]:
    """Return the level of the split and the part of its names; the first level that is one, wherever classes are."""
    for level in range(3):
        names = {one[level] for one in folders if len(one) > level}
        deep = sum(len(one) > level for one in folders)
        if deep < SHARE * len(folders) or not names:
            break
        if names_both(names):
            raise TrainingError(
                f"The folders {listed(list(names))} name a class and a part at once. Move them to one folder for each "
                "part with one for each class inside: train/cat, train/dog, test/cat, test/dog."
            )
        parts = parts_of(names)
        if parts is not None and (len(names) > 1 or level == 0 or len({one[:level] for one in folders}) > 1):
            return level, parts
        if level == 0 and (known := _some_are_parts(folders)):
            return 0, known
    return None, {}


def _some_are_parts(folders: Sequence[Folders]) -> dict[str, Part]:
    """Return the parts of the first level's names where one is `train` and holds what the other folders hold too.

    A folder beside them whose name is no split's is not used; where it holds folders that `train` lacks, or images
    directly and there is no second part (`seg_pred` beside `seg_train` and `seg_test`), then `train` is a class.
    """
    known = {name: part for name in {one[0] for one in folders} if (part := part_of(name))}
    if {"train", "validation"}.isdisjoint(known.values()):
        return {}
    below = {one[1:2] for one in folders if one[0] in known} - {()}
    beside = {one[1:2] for one in folders if one[0] not in known}
    if len(below) >= 2 and beside <= below | ({()} if len(known) > 1 else set()):
        return known
    if len(known) > 1 and len(below) >= 2:
        others = sorted({one[0] for one in folders} - set(known))
        raise TrainingError(
            f"Beside {listed(list(known))} lies {listed(others)}, which holds images and is no split, nor has it their "
            "classes. Take it out of the folder, or give the one of them that is meant as DATA_DIR."
        )
    return {}
