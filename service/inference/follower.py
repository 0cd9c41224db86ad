"""Follow what is current for one model: load and check a new version beside the old one, then swap or refuse."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from artifact import store
from artifact.errors import ArtifactError
from service.inference.model import Model

Load = Callable[[store.Published], Model]
_Signature = tuple[tuple[int, int, int], ...] | None

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """A version that is current on disk and is not served.

    Attributes:
        version: The version, or None where `current` itself is missing or damaged.
        reason: Why, and how to mend it.
        since: When it was refused, in UTC.
    """

    version: str | None
    reason: str
    since: str

    def to_json(self) -> dict[str, str | None]:
        """Return the refusal as plain values."""
        return asdict(self)


class Follower:
    """Keeps the current version of one model loaded.

    `model` is what is served (None until a version passed its self-test), `refusal` why that is not what is current.
    Both are replaced in one step, so a request that holds a model finishes with it.
    """

    def __init__(self, models: Path, name: str, load: Load) -> None:
        """Follow `name` in the folder `models`; nothing is loaded before the first `refresh`."""
        self.model: Model | None = None
        self.refusal: Refusal | None = None
        self._models = models
        self._name = name
        self._load = load
        self._seen: _Signature | object = object()  # unlike any signature, so that the first look follows

    def refresh(self) -> None:
        """Load what is current, if anything changed since the last call; costs a few `stat` calls where not."""
        signature = self._signature()
        if signature == self._seen:
            return
        try:
            self._follow()
        except ArtifactError as error:
            self._refuse(str(error))
        except OSError as error:
            self._refuse(f"The models folder cannot be read ({error.strerror}). See to its permissions.")
        self._seen = signature

    def _follow(self) -> None:
        published = store.read(self._models, self._name)
        if self.model is None or published.card != self.model.card:
            self.model = self._load(published)
            _logger.info("serving %s version %s", self._name, published.card.version)
        self.refusal = None

    def _refuse(self, reason: str) -> None:
        version = self._current()
        self.refusal = Refusal(version, reason, datetime.now(UTC).isoformat(timespec="seconds"))
        _logger.error("refused %s version %s: %s", self._name, version, reason)
        if self.model is None and (self._models / self._name / store.CURRENT_FILE).exists():
            self._fall_back(version)

    def _fall_back(self, refused: str | None) -> None:
        """Serve the newest earlier version that works, as workers that run since before the refusal do."""
        earlier = [v for v in store.versions(self._models, self._name) if refused is None or int(v) < int(refused)]
        for version in reversed(earlier):
            try:
                self.model = self._load(store.read(self._models, self._name, version))
            except ArtifactError as error:
                _logger.warning("%s version %s cannot stand in: %s", self._name, version, error)
            else:
                _logger.warning("serving %s version %s in its place", self._name, version)
                return

    def _current(self) -> str | None:
        try:
            return store.current(self._models, self._name)
        except ArtifactError:
            return None

    def _signature(self) -> _Signature:
        """Return what changes whenever a file that matters is replaced; None where nothing is current."""
        home = self._models / self._name
        paths = [home / store.CURRENT_FILE]
        version = self._current()
        if version is not None:
            files = (store.CARD_FILE, store.MODEL_FILE, store.GOLDEN_FILE, store.REPORT_FILE)
            paths += [home / version / file for file in files]
        found = tuple(stat for path in paths if (stat := _stat(path)) is not None)
        return found or None


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
