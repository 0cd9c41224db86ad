"""Keep images with their right label, as a folder that training takes as it is: one sub-folder for each class.

A file is named by the hash of its bytes, so the same image is kept once; where it comes again with the other label,
the last word counts. Files appear whole or not at all.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Literal

from artifact import image
from service.problems import Problem

Outcome = Literal["kept", "known", "moved"]


class FeedbackFolder:
    """The folder, bounded in images."""

    def __init__(self, folder: Path, most: int) -> None:
        """Keep at most `most` images in a folder, which is made when the first one comes."""
        self._folder = folder
        self._most = most

    def keep(self, file: bytes, label: str, classes: tuple[str, str]) -> Outcome:
        """Keep an image file, which was decoded before, under its label.

        Raises:
            Problem: 422 where the label is no class of the model, 503 where the folder is full or cannot be written.
        """
        if label not in classes:
            detail = f"The label {label[:60]!r} is no class of this model; {' or '.join(classes)} was expected."
            raise Problem(422, "no_such_class", detail)
        name = hashlib.sha256(file).hexdigest() + image.open(file).format.suffixes[0]
        try:
            return self._keep(file, name, label, classes)
        except OSError as error:
            detail = f"The image could not be kept ({error.strerror}). Tell this service's operator."
            raise Problem(503, "feedback_unavailable", detail, headers={"Retry-After": "60"}) from error

    def _keep(self, file: bytes, name: str, label: str, classes: tuple[str, str]) -> Outcome:
        target = self._class_folder(label) / name
        others = [self._class_folder(other) / name for other in classes if other != label]
        known = target.exists()
        if not known:
            self._check_room()
            _write_whole(target, file)
        moved = [other for other in others if other.exists()]
        for other in moved:
            other.unlink(missing_ok=True)
        return "moved" if moved else "known" if known else "kept"

    def _check_room(self) -> None:
        if sum(1 for _ in self._folder.glob("*/*")) >= self._most:
            detail = f"The folder holds {self._most} images, which is all it may. Tell this service's operator."
            raise Problem(503, "feedback_full", detail, self._most, {"Retry-After": "3600"})

    def _class_folder(self, label: str) -> Path:
        folder = self._folder / label
        if folder.parent != self._folder or folder.name in ("", ".", ".."):
            detail = "The class has a name that cannot name a folder. Train it under another."
            raise Problem(422, "no_such_class", detail)
        return folder


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
