"""Which level of the folders is that of the classes, below the split and whatever lies above."""

import re
from collections import Counter
from collections.abc import Sequence

from training.errors import TrainingError
from training.reading.found import Asked
from training.reading.words import is_decoration, says_classes, says_groups

SHARE = 0.9
"""Of the images that lie deep enough for a level, from which on it can be that of the classes; others are named."""

Folders = tuple[str, ...]


def fold_case(name: str) -> str:
    """Return a class's name as it is compared: `Cat` in train and `cat ` in test are one class."""
    return name.casefold().strip()


def find(folders: Sequence[Folders], images: int, asked: Asked) -> int | None:
    """Return the level of the classes; of more or fewer than two where no level has two, so that they can be named."""
    names = []
    for level in range(max(map(len, folders), default=0)):
        deep = [one[level] for one in folders if len(one) > level]
        if len(deep) < SHARE * images:
            break
        names.append(spell(deep))
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
            _check_once_more(several[0], names[several[0]], folders)
            return _repeated(several, folders)
        alone = [level for level, spelled in enumerate(names) if not all(map(is_decoration, spelled))]
        return alone[0] if alone else None
    level = _choose(two, names, folders)
    if len(names[level]) == 2:
        _check_wrapping(level, names[level], folders)
    return level


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
    levels = "; ".join(f"level {level + 1}: {listed(list(names[level].values()))}" for level in sorted(rivals))
    options = " or ".join(f"--classes {','.join(sorted(names[level].values()))}" for level in reversed(two))
    raise TrainingError(
        f"The folders could be read in two ways ({levels}), and their names do not say which are the classes. Say it: "
        f"{options}. What lies above the classes (a site, a day, a camera) is then kept together."
    )


def _check_wrapping(level: int, spelled: dict[str, str], folders: Sequence[Folders]) -> None:
    """Refuse two folders of which one only says that it holds images, and holds folders that the other lacks."""
    wrapping = [name for name in spelled if is_decoration(name)]
    if len(wrapping) != 1:
        return
    inside: dict[str, list[str]] = {name: [] for name in spelled}
    for one in folders:
        if len(one) > level + 1:
            inside[fold_case(one[level])].append(one[level + 1])
    within = set(inside.pop(wrapping[0]))
    (other,) = inside
    if len(within) < 2 or within & set(inside[other]):
        return
    name, beside = spelled[wrapping[0]], spelled[other]
    raise TrainingError(
        f"The folder {name} holds the folders {listed(list(within))}, and beside it lies {beside}, with images "
        f"too. Give {name} as DATA_DIR if the folders in it are the classes; if not, say --classes {name},{beside}."
    )


def _check_once_more(level: int, spelled: dict[str, str], folders: Sequence[Folders]) -> None:
    """Refuse a folder beside the classes that holds folders of their names once more, as some archives do."""
    for name, written in spelled.items():
        within = [one for one in folders if len(one) > level + 1 and fold_case(one[level]) == name]
        inside = {fold_case(one[level + 1]) for one in within}
        others = set(spelled) - {name}
        if others <= inside:
            beside = [spelled[other] for other in others]
            two = f"say --classes {','.join(sorted(beside))}, and it is left out"
            choice = two if len(beside) == 2 else "take it out"
            raise TrainingError(
                f"The folder {written} holds the folders {listed(beside)} once more, which lie beside it too. Where "
                f"it is a copy, {choice}; otherwise give {written} as DATA_DIR and the others with --also."
            )


def alike(learned: set[str], others: set[str]) -> dict[str, str]:
    """Return which of the other parts' names mean one of the two that are learned: `cats` is `cat`, `dog_` is `dog`.

    Empty where it is not clear for all of them, or where two names of one part would become one.
    """
    by_plain = {_plain(name): name for name in learned}
    strangers = others - learned
    if len(learned) != 2 or len(by_plain) != 2 or "" in by_plain or not strangers:
        return {}
    means = {name: by_plain.get(_plain(name), "") for name in strangers}
    clear = all(means.values()) and len(set(means.values())) == len(strangers)
    return means if clear and not set(means.values()) & others else {}


def _plain(name: str) -> str:
    """Return a name without signs and the s of a plural."""
    return re.sub(r"(?<=...)s$", "", re.sub(r"[\W_]", "", name.casefold()))


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


def spell(names: Sequence[str]) -> dict[str, str]:
    """Return each name as it is written most often, by how it is compared."""
    counts = Counter(names)
    return {fold_case(name): name.strip() for name, _ in reversed(counts.most_common())}


def _no_such_classes(classes: tuple[str, str], names: list[dict[str, str]]) -> str:
    levels = "; ".join(f"level {number + 1}: {listed(list(one.values()))}" for number, one in enumerate(names))
    return f"--classes {','.join(classes)} are not two folders of one level. Found are {levels or 'no folders'}."


def listed(names: Sequence[str]) -> str:
    """Return the first names as a sentence has them."""
    return ", ".join(sorted(names)[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
