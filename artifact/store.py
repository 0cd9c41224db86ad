"""The folder of published models: `models/<name>/<version>/`, and `models/<name>/current`, which names the served one.

A version is a whole number, one more than the last. Once published it never changes; a run that gives the very same
model again publishes nothing new. `artifact.publishing` writes; this module reads and chooses.
"""

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artifact import card as cards
from artifact import golden, jsonfile
from artifact.errors import ArtifactError
from artifact.report import version as forms

MODEL_FILE = "model.onnx"
CARD_FILE = "card.json"
REPORT_FILE = "report.json"
GOLDEN_FILE = "golden.json"
README_FILE = "README.md"
PAGE_FILE = "report.html"
CURRENT_FILE = "current"

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Published:
    """One published version, read and checked.

    Attributes:
        folder: Where its files are.
        card: The contract of the model.
        model: The bytes of `model.onnx`; their SHA-256 equals the card's.
        cases: Golden inputs and outputs for the self-test.
    """

    folder: Path
    card: cards.Card
    model: bytes
    cases: tuple[golden.Case, ...]

    def report(self) -> dict[str, Any]:
        """Read the report of this version; raises `ArtifactError` where it is missing, damaged or of a newer form."""
        value = jsonfile.decode(_read(self.folder / REPORT_FILE), REPORT_FILE)
        if not isinstance(value, dict):
            raise ArtifactError(f"{REPORT_FILE} does not hold an object. Publish the model again, or roll back.")
        return forms.check(value)


def check_name(name: str) -> str:
    """Return a model's name if it is allowed, else raise `ArtifactError`; no allowed name leaves the models folder."""
    if _NAME.fullmatch(name):
        return name
    raise ArtifactError(
        f"{name[:80]!r} cannot name a model; 1 to 64 of a-z, 0-9, - and _ were expected, beginning with a letter "
        "or a digit."
    )


def check_version(version: str) -> str:
    """Return a version if it is written as one (1, 2, 3 ...), else raise `ArtifactError`."""
    if _VERSION.fullmatch(version):
        return version
    raise ArtifactError(f"{version[:80]!r} is not a version; a whole number such as 1 or 12 was expected.")


def names(models: Path) -> list[str]:
    """Return the names of the models in a folder, in alphabetical order; an absent folder has none."""
    return sorted(
        entry.name for entry in _folders(models) if _NAME.fullmatch(entry.name) and versions(models, entry.name)
    )


def versions(models: Path, name: str) -> list[str]:
    """Return the published versions of a model, oldest first."""
    found = (entry.name for entry in _folders(models / check_name(name)))
    return sorted((version for version in found if _VERSION.fullmatch(version)), key=int)


def current(models: Path, name: str) -> str:
    """Return the version that is served; raises `ArtifactError` where none is."""
    path = models / check_name(name) / CURRENT_FILE
    try:
        return check_version(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError, ArtifactError) as error:
        if not versions(models, name):
            raise ArtifactError(f"No model named {name} is published here. {_mend(models, name)}") from error
        raise ArtifactError(
            f"The file {CURRENT_FILE} of {name}, which names the served version, is missing, damaged or cannot be "
            "read. Roll back to mend it."
        ) from error


def read_card(models: Path, name: str, version: str | None = None) -> cards.Card:
    """Read only the card of a version (the current one by default); raises `ArtifactError` as `read` does."""
    version = current(models, name) if version is None else check_version(version)
    return cards.decode(_read(models / check_name(name) / version / CARD_FILE))


def read(models: Path, name: str, version: str | None = None) -> Published:
    """Read one version (the current one by default) and check that it is whole.

    Raises:
        ArtifactError: There is no such model or version, or a file of it is missing, damaged or of another schema.
    """
    version = current(models, name) if version is None else check_version(version)
    folder = models / check_name(name) / version
    if not folder.is_dir():
        raise ArtifactError(f"{name} has no version {version}; it has {', '.join(versions(models, name)) or 'none'}.")
    card = cards.decode(_read(folder / CARD_FILE))
    model = _read(folder / MODEL_FILE)
    if golden.sha256(model) != card.model.sha256:
        raise ArtifactError(
            f"{MODEL_FILE} of {name} version {version} is not the file that was published (its SHA-256 differs from "
            "the card's). Restore it from a copy, train again, or roll back."
        )
    return Published(folder, card, model, golden.decode(_read(folder / GOLDEN_FILE)))


def _folders(path: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            yield from (entry for entry in entries if entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ArtifactError(
            f"The folder {path.name} cannot be listed ({error.strerror}). See that it may be read."
        ) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        version, name = path.parent.name, path.parent.parent.name
        raise ArtifactError(
            f"{path.name} of {name} version {version} cannot be read ({error.strerror}). Restore it from a copy, train "
            "again, or roll back."
        ) from error


def _mend(models: Path, name: str) -> str:
    found = names(models)
    if not found:
        return "Train one first: python -m training DATA_DIR."
    near = difflib.get_close_matches(name, found, n=1)
    return f"Published are: {', '.join(found)}." + (f" Did you mean {near[0]}?" if near else "")
