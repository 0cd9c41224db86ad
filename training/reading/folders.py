"""From the files of a folder or an archive to labelled files: by class folders, by label files, or by the names."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import PurePosixPath

from artifact.lists import tables
from artifact.passed import PassedOver
from training.errors import TrainingError
from training.reading import asides, entries, grouping, layout, lists, split_lists, suggesting
from training.reading.found import Asked, Found, Listing, Part, Readers, Skipped
from training.reading.grouping import Grouping
from training.reading.layout import Layout
from training.reading.locating import Located, Locator
from training.reading.words import is_form, parts_in

_MOST_NAMED = 6
"""Label files that are named one by one; tools that write one for each image write hundreds."""


@dataclass(frozen=True)
class Tree:
    """The files of a source.

    Attributes:
        where: The source, for people.
        files: All of them.
        pictures: The image files that are neither hidden, nor left by an operating system, nor set aside.
        layout: What the folders say.
        aside: The image files that are set aside, each with the reason.
    """

    where: str
    files: Readers
    pictures: list[PurePosixPath]
    layout: Layout
    aside: Mapping[PurePosixPath, str]

    def unused(self, known: set[PurePosixPath], reason: str) -> list[Skipped]:
        """Return the image files that are not among the known ones, with a reason, and those that are hidden."""
        hidden = [path for path in self.files if entries.is_hidden(path) and entries.is_picture(path)]
        left = [Skipped(str(path), reason) for path in self.pictures if path not in known]
        left += [Skipped(str(path), reason) for path, reason in self.aside.items() if path not in known]
        reason_hidden = "Its name, or a folder's, begins with a dot, so it is hidden."
        return left + [Skipped(str(path), reason_hidden) for path in hidden if not entries.is_junk(path)]

    def count_others(self, listing: Listing, used: Collection[PurePosixPath] = ()) -> Listing:
        """Return the listing with all other files counted by reason; `used` are label files that were read."""
        told = {str(path) for path in used} | {entry.file for entry in listing.found}
        told |= {entry.file for entry in listing.unused}
        passed = PassedOver()
        for path in self.files:
            if str(path) not in told:
                passed.add(str(path), entries.why_passed_over(path))
        return replace(listing, passed=passed)


def arrange(files: Readers, where: str, asked: Asked) -> Listing | None:
    """Return the labelled files, None where there is no image at all; raises `TrainingError` where none is labelled."""
    all_pictures = entries.pictures(files)
    aside = asides.find(all_pictures, asked)
    pictures = [path for path in all_pictures if path not in aside] or all_pictures
    if not pictures:
        return None
    tree = Tree(where, files, pictures, layout.recognise(pictures, asked), aside)
    if asked.label_from_name is not None:
        return tree.count_others(_by_name(tree, asked.label_from_name))
    if tree.layout.level is None or (len(tree.layout.classes) < 2 and _label_files(tree)):
        return _by_label_files(tree, asked)
    listing = _by_folders(tree)
    _compare_with_lists(tree, listing, asked)
    if tree.layout.split is not None:
        return tree.count_others(listing)
    listing, used = split_lists.follow(listing, files, _label_files(tree), asked)
    return tree.count_others(listing, used)


def _by_folders(tree: Tree) -> Listing:
    """Read part, class and group off each path; what is no image in a class folder is found too, so as to be named."""
    found, known = [], set()
    pictures = set(tree.pictures)
    for path in entries.visible(tree.files):
        if path in tree.aside or (path not in pictures and entries.why_passed_over(path) != "suffix"):
            continue
        place = tree.layout.place(path)
        if place.part is not None and place.label is not None:
            found.append(Found(str(path), place.label, place.part, tree.files[path], place.group))
            known.add(path)
    unused = [
        Skipped(one.file, _say_why(tree, PurePosixPath(one.file))) if PurePosixPath(one.file) in pictures else one
        for one in tree.unused(known, "")
    ]
    told = Grouping("folder", "1", tree.layout.noun or "group") if tree.layout.groups else None
    return Listing(found, unused, tree.layout.describe(), told)


def _say_why(tree: Tree, path: PurePosixPath) -> str:
    folder = "/".join(path.parts[:-1]) or "the top folder"
    if tree.layout.place(path).part is None:
        beside = ", ".join(sorted(tree.layout.parts))
        return f"Its folder {folder} lies beside {beside}, and its name says neither training nor test."
    return f"It lies in {folder}, which is no class's folder."


def _by_name(tree: Tree, pattern: str) -> Listing:
    tell = grouping.by_name(pattern)
    labels = {path: tell(path) for path in tree.pictures}
    found = [
        Found(str(path), label, tree.layout.place(path).part or "train", tree.files[path])
        for path, label in labels.items()
        if label
    ]
    if not found:
        raise TrainingError(
            f"--label-from-name {pattern!r} tells the class of none of the {len(labels)} images, such as "
            f"{', '.join(map(str, tree.pictures[:3]))}. A pattern such as '*.' or '([a-z]+)[0-9]' was expected."
        )
    learned = {entry.label for entry in found if entry.part != "test"}
    found = [entry for entry in found if entry.label in learned or not learned]  # test images may carry no class
    known = {PurePosixPath(entry.file) for entry in found}
    unused = tree.unused(known, f"Its name tells no class of the training images by --label-from-name {pattern!r}.")
    return Listing(found, unused, f"classes from the file names by {pattern!r}, {tree.layout.describe()}")


def _by_label_files(tree: Tree, asked: Asked) -> Listing:
    """Read the label files among the images: each that names images and their classes."""
    found: dict[PurePosixPath, Found] = {}
    skipped: dict[PurePosixPath, Skipped] = {}
    again: list[Found] = []
    told: list[str] = []
    read: list[PurePosixPath] = []
    groupings = []
    refused: dict[str, str] = {}
    locate = cache(partial(_locator, tree))  # a file for each image needs one index of all files, not one each
    for path in _label_files(tree):
        try:
            listed = lists.read(str(path), tree.files[path](), locate(path.parent), asked)
            rows = [] if listed is None else list(lists.rows(listed, partial(_part, tree, path)))
        except (TrainingError, OSError) as error:
            refused[str(path)] = str(error)
            continue
        known = [row for row in rows if PurePosixPath(row.file) in tree.files]
        if listed is None or not any(isinstance(row, Found) for row in known):
            refused.setdefault(str(path), f"{path} names none of the images with a class.")
            _add_all(known, found, skipped, str(path))
            continue
        told.append(f"{path} ({listed.describe()})")
        read.append(path)
        groupings.append(listed.grouping)
        again += _add_all(rows, found, skipped, str(path))
    if not found:
        refused |= suggesting.other_label_files(entries.visible(tree.files))
        raise TrainingError(suggesting.explain(tree.where, tree.layout, tree.pictures, refused, tree.aside.values()))
    unused = [*skipped.values(), *tree.unused({*found, *skipped}, f"{' and '.join(told)[:200]} does not name it.")]
    several = f"{told[0]} and {len(told) - 1} more files" if len(told) > _MOST_NAMED else ", ".join(told)
    words = f"classes from {several}; {tree.layout.describe()}"
    if forms := [str(path) for path in entries.visible(tree.files) if is_form(path.stem)]:
        words += f"; {', '.join(forms)} not read: the classes in a form for answers are examples"
    return tree.count_others(Listing([*found.values(), *again], unused, words, groupings[0]), read)


def _add_all(
    rows: list[Found | Skipped], found: dict[PurePosixPath, Found], skipped: dict[PurePosixPath, Skipped], name: str
) -> list[Found]:
    """Add the rows of one label file; return those that give an image another class than an earlier row did.

    Such an image is left out by its name later, as it is where the list itself is given.
    """
    first: dict[str, Found] = {}
    again = []
    for row in rows:
        if isinstance(row, Found) and row.label != first.setdefault(row.file, row).label:
            again.append(row)
        else:
            _add(row, found, skipped, name)
    return again


def _add(
    row: Found | Skipped, found: dict[PurePosixPath, Found], skipped: dict[PurePosixPath, Skipped], name: str
) -> None:
    path = PurePosixPath(row.file)
    if isinstance(row, Skipped):
        if path not in found:
            skipped[path] = row
        return
    before = found.get(path)
    if before is not None and before.label != row.label:
        raise TrainingError(
            f"{row.file} is {before.label} by one label file and {row.label} by {name}. Give the one that is right as "
            "DATA_DIR."
        )
    skipped.pop(path, None)
    found[path] = row


def _label_files(tree: Tree) -> list[PurePosixPath]:
    """Return the files that may say the classes; not the forms for answers that competitions hand out filled in."""
    return [
        path
        for path in entries.visible(tree.files)
        if path.suffix.lower() in tables.SUFFIXES and not is_form(path.stem)
    ]


def _locator(tree: Tree, folder: PurePosixPath) -> Locator:
    return Locator(None, folder, lambda: tree.files)


def _part(tree: Tree, label_file: PurePosixPath, located: Located) -> Part:
    """Return the part of an image: by its folder, else by the label file's name."""
    if tree.layout.split is not None:
        return tree.layout.place(PurePosixPath(located.file)).part or "train"
    return parts_in(label_file) or "train"


def _compare_with_lists(tree: Tree, listing: Listing, asked: Asked) -> None:
    """Refuse where a list beside the folders names the same images and other classes: one of both is not meant."""
    by_folder = {entry.file: entry.label for entry in listing.found}
    for path in _label_files(tree):
        if len(path.parts) > tree.layout.depth + 1:
            continue
        try:
            listed = lists.read(str(path), tree.files[path](), _locator(tree, path.parent), asked)
            rows = [] if listed is None else list(lists.rows(listed, lambda _: "train"))
        except (TrainingError, OSError):
            continue  # it is no list of these images
        pairs = Counter(
            (by_folder[row.file], row.label) for row in rows if isinstance(row, Found) and row.file in by_folder
        )
        folders, labels = {one for one, _ in pairs}, {other for _, other in pairs}
        if sum(pairs.values()) >= len(by_folder) / 2 and len(labels) == 2 < len(pairs) and len(folders) > 1:
            raise TrainingError(
                f"The folders {' and '.join(sorted(folders))} and the list {path} name different classes "
                f"({', '.join(sorted(labels))}). Give the list itself as DATA_DIR if it is right, or take it out "
                "of the folder if the folders are."
            )
