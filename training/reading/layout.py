"""Tell the classes from splits and groups by the structure of the folders, and not by two names.

Folders are looked at level by level. The level whose names are all splits' (`train`, `Testing`, `seg_test`) is the
split; of the others, the level with exactly two names is that of the classes; what lies above it (a site, a day, a
camera) is the group of its images. Where two levels could be the classes, their names decide (`site_1`, dates and
weekdays are none; `normal` and `yes` are), and where those do not, it is an error that says how to choose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from training.reading import class_level, split_level, uneven
from training.reading.class_level import SHARE, Folders, fold_case
from training.reading.found import Asked, Part
from training.reading.words import is_decoration, is_fold, is_wording, looks_accidental, noun_of, part_of

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
        doubled: Folders of the first level that hold one folder of the same name and nothing else, as archives do.
        notes: What may be meant otherwise, in words.
    """

    depth: int
    split: int | None
    parts: dict[str, Part]
    level: int | None
    classes: dict[str, str]
    groups: bool
    noun: str | None
    doubled: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def place(self, path: PurePosixPath) -> "Place":
        """Return what the folders say of one file."""
        folders = _undouble(path.parts[self.depth : -1], self.doubled)
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
        return "; ".join([", ".join(words), *self.notes])


@dataclass(frozen=True)
class Place:
    """Part, class and group of one file; None where the folders say nothing, for the part where it is not used."""

    part: Part | None
    label: str | None
    group: str | None


def recognise(paths: Sequence[PurePosixPath], asked: Asked) -> Layout:
    """Tell the layout from the paths of all image files; raises `TrainingError` where it could be one of two."""
    depth = _common_depth(paths)
    stored = [path.parts[depth:-1] for path in paths if len(path.parts) > depth + 1]
    doubled = _find_doubled(stored)
    folders = [_undouble(one, doubled) for one in stored]
    split, parts = split_level.find(folders)
    used = [one for one in folders if split is None or (len(one) > split and one[split] in parts)]
    rest = used if split is None else [one[:split] + one[split + 1 :] for one in used]
    inside = [one for one in rest if one]  # images that lie directly in a split's folder have no class
    level = class_level.find(inside, len(inside), asked)
    if (
        level is not None
        and len(inside) < SHARE * len(rest)
        and len({fold_case(one[level]) for one in inside if len(one) > level}) < 2
    ):
        level = None
    if asked.classes is None:
        uneven.check(rest, level)
    spelled = class_level.spell([one[level] for one in rest if len(one) > level]) if level is not None else {}
    alike = _alike(used, split, parts, level)
    spelled |= {other: spelled[name] for other, name in alike.items()}
    notes = [f"{other} is read as {name}" for other, name in sorted(alike.items())]
    notes += _doubts(rest, level, set(spelled.values()))
    above = {one[:level] for one in rest if level is not None and len(one) > level}
    names = {"/".join(one) for one in above}
    groups = bool(level) and len(names) > 1 and not all(is_fold(name) or is_wording(name) for name in names)
    noun = noun_of(names) if groups else None
    return Layout(depth, split, parts, level, spelled, groups, noun, doubled, tuple(notes))


def _alike(used: Sequence[Folders], split: int | None, parts: dict[str, Part], level: int | None) -> dict[str, str]:
    """Return which names of the other parts mean a class of the training part, where they are nearly alike."""
    if split is None or level is None:
        return {}
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for one in used:
        rest = one[:split] + one[split + 1 :]
        if len(rest) > level:
            names[parts[one[split]] == "train"].add(fold_case(rest[level]))
    return class_level.alike(names[True], names[False])


def _doubts(rest: Sequence[Folders], level: int | None, names: set[str]) -> list[str]:
    """Return what else the folders of two classes could mean, in words."""
    if level is None or len(names) != 2:
        return []
    doubts = []
    if looks_accidental(names):
        one, other = sorted(names)
        doubts.append(f"{one} and {other} look like times or places of one kind: see that they are the classes")
    inside = {
        name: {one[level + 1] for one in rest if one[level : level + 1] == (name,) and len(one) > level + 1}
        for name in names
    }
    full, empty = (sorted(name for name in names if bool(inside[name]) == some) for some in (True, False))
    if empty and full and len(inside[full[0]]) > 1:
        doubts.append(
            f"the folders inside {full[0]} ({class_level.listed(list(inside[full[0]]))}) are parts of this class"
        )
    return doubts


def _find_doubled(folders: Sequence[Folders]) -> frozenset[str]:
    """Return the folders of the first level all of whose images lie in one folder of the same name."""
    second: dict[str, set[str]] = {}
    for one in folders:
        second.setdefault(one[0], set()).add(one[1] if len(one) > 1 else "")
    return frozenset(name for name, inside in second.items() if inside == {name})


def _undouble(folders: Folders, doubled: frozenset[str]) -> Folders:
    return folders[1:] if folders and folders[0] in doubled else folders


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


def _split_words(parts: dict[str, Part]) -> str:
    return " and ".join(
        f"{name} ({'training' if part == 'train' else part})"
        for name, part in sorted(parts.items(), key=lambda item: (_ORDER[item[1]], item[0]))
    )
