"""What the names of folders and columns say: a split, a yes or a no, or one of several sites, days or cameras."""

import re
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from training.reading.found import Part

_SPLITS: dict[str, Part] = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing", "tst", "eval", "evaluation", "holdout", "heldout"), "test"),
}
_DECORATION = {
    *(
        "set",
        "sets",
        "data",
        "dataset",
        "image",
        "images",
        "imgs",
        "img",
        "seg",
        "split",
        "folder",
        "photos",
        "pictures",
    ),
    *(
        "jpegimages",
        "frames",
        "pics",
        "the",
        "my",
        "of",
        "for",
        "public",
        "private",
        "files",
        "samples",
        "part",
        "unassigned",
    ),
}
_MASKS = {"mask", "masks", "segmentation", "segmentations", "groundtruth", "gt", "annotation", "annotations", "mattes"}
_OF_MASKS = {"ground", "truth", "class", "object", "label", "labels", "png", "binary", "lesion"}
"""Words that a folder of masks has beside these; `labels` alone is one too."""
_UNLABELLED = {"unlabeled", "unlabelled", "unlabel", "unannotated", "untagged", "unsorted", "unsup", "unsupervised"}
_GLUED = re.compile(r"(set|data|images|imgs|dataset)$")

_YES = {
    *("yes", "true", "positive", "pos", "1", "present", "abnormal", "defect", "ill"),
    *("defective", "damaged", "infected"),
}
_NO = {
    *("no", "false", "negative", "neg", "0", "absent", "normal", "none", "other", "others", "ok", "healthy"),
    *("background", "benign", "intact", "unaffected", "unbroken", "undamaged", "uninfected", "uninjured"),
}
_NEGATED = re.compile(r"(no|not|non|without)[\W_]")

_DAYS = {
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
}
_PLACES = re.compile(
    r"(site|hospital|clinic|center|centre|camera|cam|device|scanner|line|machine|room|station|plant|factory|day|date|week"
    r"|month|session|visit|patient|subject|person|participant|video|clip|scene|case|animal|specimen|batch|location|lab"
    r"|farm|field|city|country|user|annotator)s?(?![a-z])"
)
_KINDS = {"class", "type", "grade", "stage", "category", "kind", "label", "level", "group", "variant", "species"}
"""Words that count classes."""
_FOLD = re.compile(r"(fold|cv|chunk|shard|part|split|batch)[\W_]*\d+")


def says_no(name: str) -> bool:
    """Tell whether a class's name says no: `normal`, `not_cat`."""
    return name.lower() in _NO or _NEGATED.match(name.lower()) is not None


def says_yes(name: str) -> bool:
    """Tell whether a class's name says yes: `positive`, `defect`."""
    return name.lower() in _YES


def part_of(name: str) -> Part | None:
    """Return the part that one name stands for, `Training`, `test_set`, `seg_train`, or None where it is no split's."""
    part, rest = _analyse(name)
    return part if not rest else None


def parts_of(names: Collection[str]) -> dict[str, Part] | None:
    """Return the part of each name where all are splits' names, `chest_train` and `chest_test` too; None otherwise."""
    analysed = {name: _analyse(name) for name in names}
    if any(part is None for part, _ in analysed.values()):
        return None
    rests = {rest for _, rest in analysed.values()}
    if rests != {()} and (len(rests) > 1 or len(names) < 2):
        return None
    return {name: part for name, (part, _) in analysed.items() if part is not None}


def names_both(names: Collection[str]) -> bool:
    """Tell whether each name holds a part and a class at once: `cat_train`, `cat_test`, `dog_train`, `dog_test`."""
    analysed = [_analyse(name) for name in names]
    rests = {rest for _, rest in analysed}
    parts = {part for part, _ in analysed}
    return None not in parts and len(parts) > 1 and len(rests) > 1 and () not in rests


def is_form(stem: str) -> bool:
    """Tell whether a table's name says that its classes are to be filled in: `sample_submission`."""
    return "submission" in stem.lower()


def parts_in(path: PurePosixPath) -> Part | None:
    """Return the part that a file's name or its folders speak of: `labels_test.json`, `test/metadata.csv`."""
    for name in (path.stem, *reversed(path.parts[:-1])):
        if part := _analyse(name)[0]:
            return part
    return None


def is_decoration(name: str) -> bool:
    """Tell whether a folder's name only says that it holds images: `images`, `photos`."""
    return all(token in _DECORATION for token in _tokens(name))


def is_wording(name: str) -> bool:
    """Tell whether a folder's name has words and only says that it holds images: `images_224`, and not `224`."""
    return bool(_tokens(name)) and is_decoration(name)


def names_masks(name: str) -> bool:
    """Tell whether a folder's name says that it holds masks: `masks`, `GroundTruth`, `SegmentationClass`, `labels`."""
    rest = set(_tokens(name)) - _DECORATION - set(_SPLITS)
    said = bool(rest & _MASKS) or rest in ({"label"}, {"labels"}, {"ground", "truth"})
    return said and rest <= _MASKS | _OF_MASKS


def is_unlabelled(name: str) -> bool:
    """Tell whether a folder's name says that what it holds has no label yet."""
    tokens = set(_tokens(name)) - _DECORATION
    return bool(tokens) and tokens <= _UNLABELLED


def is_fold(name: str) -> bool:
    """Tell whether a name is that of a fold or a chunk, which holds images by chance and so is no group of them."""
    return _FOLD.fullmatch(name.lower()) is not None


def says_classes(names: Iterable[str]) -> bool:
    """Tell whether one of the names says yes or no, as a class's does."""
    return any(says_no(name) or says_yes(name) for name in names)


def says_groups(names: Collection[str]) -> bool:
    """Tell whether the names count or place something: `site_1` and `site_2`, dates, weekdays, `camera_left`."""
    lowered = [name.lower().strip() for name in names]
    if len(lowered) < 2 or all(says_no(name) or says_yes(name) for name in lowered):
        return False
    if all(len(name) == 1 and name.isalpha() for name in lowered):
        return True
    if all(name in _DAYS or re.search(r"\d{2,4}[-_.]?\d{2}", name) or name.isdecimal() for name in lowered):
        return True
    return all(_PLACES.match(name) for name in lowered) or len({_stem(name) for name in lowered}) == 1


def looks_accidental(names: Collection[str]) -> bool:
    """Tell whether two classes' names count times or places, as `Photos from 2023` and `Photos from 2024` do."""
    stems = {_stem(name.lower()) for name in names}
    return says_groups(names) and not any(len(stem) < 3 or stem in _KINDS for stem in stems)


def noun_of(names: Collection[str]) -> str | None:
    """Return what the names count, `hospital` of `hospital_a` and `hospital_b`; None where they do not say."""
    found = {match[1] if (match := _PLACES.match(name.lower())) else _stem(name.lower()) for name in names}
    word = found.pop() if len(found) == 1 else ""
    return word if re.fullmatch("[a-z]{3,}", word) else None


def _stem(name: str) -> str:
    """Return a name without the number or letter that counts it."""
    return re.sub(r"([\W_]*\d+|[\W_]+[a-z])$", "", name)


def _analyse(name: str) -> tuple[Part | None, tuple[str, ...]]:
    """Return the part that a name speaks of, and the words that have nothing to do with splits."""
    tokens = _tokens(name)
    parts = [_SPLITS[token] for token in tokens if token in _SPLITS]
    rest = tuple(token for token in tokens if token not in _SPLITS and token not in _DECORATION)
    return (parts[0] if len(parts) == 1 else None), rest


def _tokens(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    tokens = re.findall("[a-z]+", spaced.lower())
    if "hold" in tokens or "held" in tokens:
        tokens = re.findall("[a-z]+", re.sub(r"(hold|held)[\W_]+out", r"\1out", spaced.lower()))
    return [_GLUED.sub("", token) if _GLUED.sub("", token) in _SPLITS else token for token in tokens]
