"""Put a new version into the models folder so that a crash at any instant leaves the old one served and whole.

The files are written to a hidden folder beside the versions and flushed to disk; the folder is renamed to the version;
then `current` is replaced. Each rename is atomic (POSIX `rename`), and each folder is flushed after its entries change.
"""

import dataclasses
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from artifact import card as cards
from artifact import golden, jsonfile, store
from artifact.errors import ArtifactError

_UNFINISHED = ".unfinished-"


@dataclasses.dataclass(frozen=True)
class Bundle:
    """What is published together; the card's version and its model's hash and size are filled in on publishing.

    `extras` are further files by name, for people; nothing reads them.
    """

    card: cards.Card
    model: bytes
    report: Mapping[str, Any]
    readme: str
    cases: tuple[golden.Case, ...]
    extras: Mapping[str, bytes] = dataclasses.field(default_factory=dict)


def publish(models: Path, bundle: Bundle, serve: bool = True) -> cards.Card:
    """Publish a model as the next version of its name and make it the current one; return its card.

    Where the current version is the very same model, made in the same way, nothing is written and its card is returned.

    Args:
        models: The folder of models.
        bundle: What is published.
        serve: Whether to make it the current version; the first of its name always is.

    Raises:
        ArtifactError: The name is not allowed, or the disk refuses; what was published before is untouched.
    """
    home = models / store.check_name(bundle.card.name)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _only_publisher(home):
            _sweep(home)
            return _already_published(models, bundle, serve) or _publish_next(models, home, bundle, serve)
    except OSError as error:
        raise _refused(f"{bundle.card.name} could not be published", error) from error


def set_current(models: Path, name: str, version: str) -> None:
    """Make a published version the served one; raises `ArtifactError` where it is not whole or the disk refuses."""
    home = store.read(models, name, version).folder.parent
    try:
        with _only_publisher(home):
            _replace_current(home, version)
    except OSError as error:
        raise _refused(f"{name} version {version} could not be made the current one", error) from error


def roll_back(models: Path, name: str) -> str:
    """Serve the version before the current one again and return it; raises `ArtifactError` where there is none.

    One that is damaged is passed over for the one before it. A `current` file that is itself damaged counts as newer
    than every version.
    """
    published = store.versions(models, name)
    try:
        now = int(store.current(models, name))
    except ArtifactError:
        if not published:
            raise
        now = int(published[-1]) + 1
    earlier = [version for version in published if int(version) < now]
    if not earlier:
        raise ArtifactError(f"{name} has no version before {now}, so there is nothing to roll back to.")
    version = next((version for version in earlier[::-1] if _is_whole(models, name, version)), earlier[-1])
    set_current(models, name, version)
    return version


def _is_whole(models: Path, name: str, version: str) -> bool:
    try:
        store.read(models, name, version)
    except ArtifactError:
        return False
    return True


def _refused(what: str, error: OSError) -> ArtifactError:
    return ArtifactError(
        f"{what} ({error.strerror}); what was published before is untouched. See that the models folder is writable "
        "and has room, then run the same command again."
    )


def _already_published(models: Path, bundle: Bundle, serve: bool) -> cards.Card | None:
    """Return the card of the version that is the very same model: the current one, or the newest if not to serve."""
    name = bundle.card.name
    for version in [None] if serve else [None, *store.versions(models, name)[-1:]]:
        try:
            card = store.read(models, name, version).card
        except ArtifactError:
            continue  # nothing is served, or what is there is damaged: publish
        candidate = dataclasses.replace(_complete(bundle, card.version), created=card.created)
        if cards.encode(candidate) == cards.encode(card):
            return card
    return None


def _complete(bundle: Bundle, version: str) -> cards.Card:
    model = dataclasses.replace(bundle.card.model, sha256=golden.sha256(bundle.model), bytes=len(bundle.model))
    return dataclasses.replace(bundle.card, version=version, model=model)


def _publish_next(models: Path, home: Path, bundle: Bundle, serve: bool) -> cards.Card:
    version = str(int((store.versions(models, bundle.card.name) or ["0"])[-1]) + 1)
    card = _complete(bundle, version)
    report = {**bundle.report, "model": {"name": card.name, "version": version}}
    files = {
        **bundle.extras,
        store.MODEL_FILE: bundle.model,
        store.CARD_FILE: cards.encode(card),
        store.REPORT_FILE: jsonfile.encode(report),
        store.GOLDEN_FILE: golden.encode(bundle.cases),
        store.README_FILE: bundle.readme.encode(),
    }
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=home))
    try:
        for name, data in files.items():
            _write_flushed(unfinished / name, data)
        unfinished.chmod(0o755)  # mkdtemp's 0700 would hide the model from the service's user
        _flush_folder(unfinished)
        unfinished.rename(home / version)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _flush_folder(home)
    if serve or not (home / store.CURRENT_FILE).exists():
        _replace_current(home, version)
    return card


def _replace_current(home: Path, version: str) -> None:
    unfinished = home / f"{_UNFINISHED}{store.CURRENT_FILE}"
    _write_flushed(unfinished, f"{version}\n".encode())
    unfinished.replace(home / store.CURRENT_FILE)
    _flush_folder(home)


@contextmanager
def _only_publisher(home: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two publishers take turns; the lock ends with the process, however it ends."""
    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(home: Path) -> None:
    """Remove what a killed publisher left; safe under the lock, since no other publisher is at work."""
    for path in home.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _write_flushed(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
