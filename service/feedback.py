"""Keep images with their right label, as a folder that training takes as it is: one sub-folder for each class.

A file is named by the hash of its bytes, so the same image is kept once; where it comes again with another label, the
last word counts. What shows neither class lies in a hidden folder beside them, which training passes over. Files appear
whole or not at all.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from artifact import image
from service.problems import Problem

NEITHER = "neither"
"""The label of an image that shows neither class, unless a class of the model is called so."""
NEITHER_FOLDER = ".neither"
Outcome = Literal["kept", "known", "moved"]
Pair = tuple[str, str]
"""The two classes of a model."""


@dataclass(frozen=True)
class Kept:
    """What became of an image: the hash that it is named by, the outcome, and its label before, where it had one."""

    image: str
    outcome: Outcome
    before: str | None


class FeedbackFolder:
    """The folder, bounded in images."""

    def __init__(self, folder: Path, most: int) -> None:
        """Keep at most `most` images in a folder, which is made when the first one comes."""
        self._folder = folder
        self._most = most

    def keep(self, file: bytes, label: str, classes: Pair) -> Kept:
        """Keep an image file, which was decoded before, under its label.

        Raises:
            Problem: 422 where the label is no class of the model, 503 where the folder is full or cannot be written.
        """
        target = self._place(label, classes)
        name = hashlib.sha256(file).hexdigest() + image.open(file).format.suffixes[0]
        try:
            return self._keep(file, target / name, label, classes)
        except OSError as error:
            raise _unavailable(error) from error

    def take_back(self, digest: str, before: str | None, classes: Pair) -> None:
        """Remove an image by the hash of its bytes, or put it back under the label that it had before.

        Raises:
            Problem: 404 where no such image is kept, 422 where the label is no class, 503 where the folder fails.
        """
        target = None if before is None else self._place(before, classes)
        try:
            found = [path for label in _labels(classes) for path in self._place(label, classes).glob(f"{digest}.*")]
            for path in found:
                if target is None:
                    path.unlink(missing_ok=True)
                elif path.parent != target:
                    target.mkdir(parents=True, exist_ok=True)
                    path.replace(target / path.name)
        except OSError as error:
            raise _unavailable(error) from error
        if not found:
            raise Problem(404, "not_kept", "No such image is kept here, so there is nothing to take back.")

    def _keep(self, file: bytes, target: Path, label: str, classes: Pair) -> Kept:
        known = target.exists()
        if not known:
            self._check_room()
            _write_whole(target, file)
        others = {other: self._place(other, classes) / target.name for other in _labels(classes) if other != label}
        moved = [other for other, path in others.items() if path.exists()]
        for other in moved:
            others[other].unlink(missing_ok=True)
        before = moved[0] if moved else label if known else None
        return Kept(target.stem, "moved" if moved else "known" if known else "kept", before)

    def _check_room(self) -> None:
        if sum(1 for _ in self._folder.glob("*/*")) >= self._most:
            detail = f"The folder holds {self._most} images, which is all it may. Tell this service's operator."
            raise Problem(503, "feedback_full", detail, self._most, {"Retry-After": "3600"})

    def _place(self, label: str, classes: Pair) -> Path:
        """Return the folder of a label; raises the 422 `Problem` of one that is no class and not `neither`."""
        if label in classes:
            return self._class_folder(label)
        if label == NEITHER:
            return self._folder / NEITHER_FOLDER
        expected = f"{' or '.join(classes)} was expected, or {NEITHER}"
        detail = f"The label {label[:60]!r} is not a class of this model; {expected}."
        raise Problem(422, "no_such_class", detail)

    def _class_folder(self, label: str) -> Path:
        folder = self._folder / label
        if folder.parent != self._folder or folder.name in ("", ".", "..", NEITHER_FOLDER):
            detail = "The class has a name that cannot name a folder. Train it under another."
            raise Problem(422, "no_such_class", detail)
        return folder


def _labels(classes: Pair) -> tuple[str, ...]:
    return classes if NEITHER in classes else (*classes, NEITHER)


def _unavailable(error: OSError) -> Problem:
    detail = f"The folder of feedback cannot be used ({error.strerror}). Tell this service's operator."
    return Problem(503, "feedback_unavailable", detail, headers={"Retry-After": "60"})


def _write_whole(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(prefix=".unfinished-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
