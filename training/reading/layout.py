"""Tell the classes from splits and groups by the structure of the folders, and not by two names.

Folders are looked at level by level. The level whose names are all splits' (`train`, `Testing`, `seg_test`) is the
split; of the others, the level with exactly two names is that of the classes; what lies above it (a site, a day, a
camera) is the group of its images. Where two levels could be the classes, their names decide (`site_1`, dates and
weekdays are none; `normal` and `yes` are), and where those do not, it is an error that says how to choose.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from training.errors import TrainingError
from training.reading.found import Asked, Part
from training.reading.words import (
    is_decoration,
    is_fold,
    noun_of,
    part_of,
    parts_of,
    says_classes,
    says_groups,
)

SHARE = 0.9
"""Of the images that lie deep enough for a level, from which on it can be that of the classes; others are named."""

Folders = tuple[str, ...]
_ORDER: dict[Part, int] = {"train": 0, "validation": 1, "test": 2}


@dataclass(frozen=True)
class Layout:
    """How folders are to be read.

    Attributes:
        depth: Folders around everything, which say nothing.
        split: The level of the split, counted from `depth`; None without one.
        parts: The part of each name of that level; None without a split. Names that are missing are not used.
        level: The level of the classes, counted from `depth` without the split's; None where the folders do not tell.
        classes: Its names, as they are written most often, by their small letters.
        groups: Whether the levels above name groups.
        noun: What one of these groups is called.
    """

    depth: int
    split: int | None
    parts: dict[str, Part]
    level: int | None
    classes: dict[str, str]
    groups: bool
    noun: str | None

    def place(self, path: PurePosixPath) -> "Place":
        """Return what the folders say of one file."""
        folders = path.parts[self.depth : -1]
        part: Part | None = "train"
        if self.split is not None:
            part = self.parts.get(folders[self.split]) if len(folders) > self.split else None
            folders = folders[: self.split] + folders[self.split + 1 :]
        if self.level is None or len(folders) <= self.level:
            return Place(part, None, None)
        group = "/".join(folders[: self.level]) if self.groups and self.level else None
        return Place(part, self.classes.get(fold_case(folders[self.level])), group)

    def describe(self) -> str:
        """Return the layout in words, for the first lines in the terminal."""
        words = ["one folder for each class"] if self.level is not None else ["images without class folders"]
        if self.split is not None:
            words.append(f"split by the folders {_split_words(self.parts)}")
        if self.groups:
            words.append(f"the folders above them are {self.noun or 'group'}s")
        return ", ".join(words)


@dataclass(frozen=True)
class Place:
    """Part, class and group of one file; None where the folders say nothing, for the part where it is not used."""

    part: Part | None
    label: str | None
    group: str | None


def recognise(paths: Sequence[PurePosixPath], asked: Asked) -> Layout:
    """Tell the layout from the paths of all image files; raises `TrainingError` where it could be one of two."""
    depth = _common_depth(paths)
    folders = [path.parts[depth:-1] for path in paths if len(path.parts) > depth + 1]
    split, parts = _find_split(folders)
    used = [one for one in folders if split is None or (len(one) > split and one[split] in parts)]
    rest = used if split is None else [one[:split] + one[split + 1 :] for one in used]
    inside = [one for one in rest if one]  # images that lie directly in a split's folder have no class
    level = _find_classes(inside, len(inside), asked)
    if (
        level is not None
        and len(inside) < SHARE * len(rest)
        and len({fold_case(one[level]) for one in inside if len(one) > level}) < 2
    ):
        level = None
    spelled = _spell([one[level] for one in rest if len(one) > level]) if level is not None else {}
    above = {one[:level] for one in rest if level is not None and len(one) > level}
    names = {"/".join(one) for one in above}
    groups = bool(level) and len(names) > 1 and not all(is_fold(name) for name in names)
    return Layout(depth, split, parts, level, spelled, groups, noun_of(names) if groups else None)


def fold_case(name: str) -> str:
    """Return a class's name as it is compared: `Cat` in train and `cat ` in test are one class."""
    return name.casefold().strip()


def _common_depth(paths: Sequence[PurePosixPath]) -> int:
    """Return how many folders lie around everything: archivers put one, and some sources two."""
    parents = [path.parts[:-1] for path in paths]
    shortest, longest = min(parents), max(parents)
    depth = next(
        (level for level, (one, other) in enumerate(zip(shortest, longest, strict=False)) if one != other),
        min(len(shortest), len(longest)),
    )
    if depth and shortest == longest and part_of(shortest[-1]) is None and not is_decoration(shortest[-1]):
        return depth - 1  # one folder of images is one class
    return depth


def _find_split(folders: Sequence[Folders]) -> tuple[int | None, dict[str, Part]]:
    """Return the level of the split and the part of its names; the first level that is one, wherever classes are."""
    for level in range(3):
        names = {one[level] for one in folders if len(one) > level}
        deep = sum(len(one) > level for one in folders)
        if deep < SHARE * len(folders) or not names:
            break
        parts = parts_of(names)
        if parts is not None and (len(names) > 1 or level == 0 or len({one[:level] for one in folders}) > 1):
            return level, parts
        if level == 0 and (known := _some_are_parts(folders)):
            return 0, known
    return None, {}


def _some_are_parts(folders: Sequence[Folders]) -> dict[str, Part]:
    """Return the parts of the first level's names where one is `train` and holds what the other folders hold too.

    A folder beside them whose name is no split's is not used; where it holds folders that `train` lacks, or images
    directly, then `train` is a class.
    """
    known = {name: part for name in {one[0] for one in folders} if (part := part_of(name))}
    if {"train", "validation"}.isdisjoint(known.values()):
        return {}
    below = {one[1:2] for one in folders if one[0] in known}
    beside = {one[1:2] for one in folders if one[0] not in known}
    if len(below - {()}) >= 2 and beside <= below - {()}:
        return known
    if len(known) > 1 and len(below - {()}) >= 2:
        others = sorted({one[0] for one in folders} - set(known))
        raise TrainingError(
            f"Beside {_list(list(known))} lies {_list(others)}, which holds images and is no split, nor has it their "
            "classes. Take it out of the folder, or give the one of them that is meant as DATA_DIR."
        )
    return {}


def _find_classes(folders: Sequence[Folders], images: int, asked: Asked) -> int | None:
    """Return the level of the classes; of more or fewer than two where no level has two, so that they can be named."""
    names = []
    for level in range(max(map(len, folders), default=0)):
        deep = [one[level] for one in folders if len(one) > level]
        if len(deep) < SHARE * images:
            break
        names.append(_spell(deep))
    if asked.classes is not None:
        wanted = {fold_case(name) for name in asked.classes}
        chosen = [level for level, spelled in enumerate(names) if wanted <= set(spelled)]
        if len(chosen) != 1:
            raise TrainingError(_no_such_classes(asked.classes, names))
        return chosen[0]
    two = [level for level, spelled in enumerate(names) if len(spelled) == 2]
    if not two:
        several = [level for level, spelled in enumerate(names) if len(spelled) > 2]
        if several:
            return _repeated(several, folders)
        alone = [level for level, spelled in enumerate(names) if not all(map(is_decoration, spelled))]
        return alone[0] if alone else None
    return _choose(two, names, folders)


def _choose(two: list[int], names: list[dict[str, str]], folders: Sequence[Folders]) -> int:
    """Return the one of the levels with two names that is the classes', or raise `TrainingError`."""
    rivals = list(two)
    for level, spelled in enumerate(names):  # three classes inside two sites: the sites are not the classes
        if len(spelled) > 2 and level > two[0] and _repeats(level, folders):
            rivals.append(level)
    scores = {level: says_classes(names[level].values()) - says_groups(list(names[level].values())) for level in rivals}
    best = [level for level in rivals if scores[level] == max(scores.values())]
    if len(best) == 1:
        return best[0]
    listed = "; ".join(f"level {level + 1}: {_list(list(names[level].values()))}" for level in sorted(rivals))
    one = sorted(names[max(two)].values())
    raise TrainingError(
        f"The folders could be read in two ways ({listed}), and their names do not say which are the classes. Say it: "
        f"--classes {','.join(one)}. What lies above the classes (a site, a day, a camera) is then kept together."
    )


def _repeated(levels: list[int], folders: Sequence[Folders]) -> int:
    """Return the level whose names repeat below the folders above, which makes them classes; else the first."""
    return next((level for level in levels if level and _repeats(level, folders)), levels[0])


def _repeats(level: int, folders: Sequence[Folders]) -> bool:
    """Tell whether every folder of the level above holds the same names."""
    below: dict[Folders, set[str]] = {}
    for one in folders:
        if len(one) > level:
            below.setdefault(one[:level], set()).add(fold_case(one[level]))
    sets = list(below.values())
    return len(sets) > 1 and all(one == sets[0] for one in sets) and len(sets[0]) > 1


def _spell(names: Sequence[str]) -> dict[str, str]:
    """Return each name as it is written most often, by how it is compared."""
    counts = Counter(names)
    return {fold_case(name): name for name, _ in reversed(counts.most_common())}


def _no_such_classes(classes: tuple[str, str], names: list[dict[str, str]]) -> str:
    levels = "; ".join(f"level {number + 1}: {_list(list(one.values()))}" for number, one in enumerate(names))
    return f"--classes {','.join(classes)} are not two folders of one level. Found are {levels or 'no folders'}."


def _list(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _split_words(parts: dict[str, Part]) -> str:
    return " and ".join(
        f"{name} ({'training' if part == 'train' else part})"
        for name, part in sorted(parts.items(), key=lambda item: (_ORDER[item[1]], item[0]))
    )
