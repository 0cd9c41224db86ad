"""The models that this process can answer with: the default one, and a bounded number of others on demand."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from artifact import store
from artifact.errors import ArtifactError
from doctor.command_line import nearest
from service import problems
from service.inference import model as models
from service.inference.follower import Follower, Load
from service.inference.model import Model
from service.problems import Problem
from service.settings import Settings

Prepare = Callable[[Model], Model]


def as_it_is(model: Model) -> Model:
    """Return a model as it is."""
    return model


class Registry:
    """Finds the model for a request, by name and version; loads what is asked for and forgets the least used."""

    def __init__(self, settings: Settings, prepare: Prepare = as_it_is) -> None:
        """Load the default model, where one is published; the service starts without one all the same.

        Args:
            settings: What to serve and how.
            prepare: What is done with each model after it has passed its self-test.
        """
        self._settings = settings
        self._load: Load = lambda published: prepare(
            models.load(published, settings.provider, settings.threads, settings.batch)
        )
        self._loading = threading.Lock()
        self._kept: OrderedDict[tuple[str, str | None], Follower | Model] = OrderedDict()
        self.default = Follower(settings.models, settings.model, self._load)
        self.default.refresh()

    def find(self, name: str | None = None, version: str | None = None) -> Model:
        """Return the model of a name (the default one) and version (the current one).

        Raises:
            Problem: 404 where there is no such model or version, 503 where it is there and cannot be served.
        """
        if name in (None, self._settings.model) and self._serves(self.default, version):
            return _serving(self.default)
        name = name or self._settings.model
        try:
            return self._find(store.check_name(name), version)
        except ArtifactError as error:
            raise Problem(404, "no_such_model", str(error)) from error

    def followed(self, name: str) -> Follower | None:
        """Return what follows the current version of a model, or None where that is not loaded."""
        if name == self._settings.model:
            return self.default
        kept = self._kept.get((name, None))
        return kept if isinstance(kept, Follower) else None

    def refresh(self) -> None:
        """Notice newly published versions of every model that is followed."""
        with self._loading:
            for entry in (self.default, *self._kept.values()):
                if isinstance(entry, Follower):
                    entry.refresh()

    @staticmethod
    def _serves(follower: Follower, version: str | None) -> bool:
        return version is None or (follower.model is not None and follower.model.card.version == version)

    def _find(self, name: str, version: str | None) -> Model:
        if version is None:
            follower = self._keep((name, None), lambda: self._follow(name))
            assert isinstance(follower, Follower)
            return _serving(follower)
        published = store.versions(self._settings.models, name)
        if version not in published:
            raise _absent(f"{name} has no version {store.check_version(version)}.", version, published)
        found = self._keep((name, version), lambda: self._open(name, version))
        assert isinstance(found, Model)
        return found

    def _keep(self, key: tuple[str, str | None], make: Callable[[], Follower | Model]) -> Follower | Model:
        """Return what is kept under a key, made now where it is not; the least recently used one makes room."""
        if not self._loading.acquire(timeout=self._settings.queue_seconds):
            raise problems.busy("Another version is being loaded. Try again in a second.")
        try:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self._settings.loaded_versions:
                self._kept.popitem(last=False)
            return self._kept[key]
        finally:
            self._loading.release()

    def _follow(self, name: str) -> Follower:
        published = store.names(self._settings.models)
        if name not in published:
            raise _absent(f"No model named {name} is published here.", name, published)
        follower = Follower(self._settings.models, name, self._load)
        follower.refresh()
        return follower

    def _open(self, name: str, version: str) -> Model:
        try:
            return self._load(store.read(self._settings.models, name, version))
        except ArtifactError as error:
            raise Problem(503, "model_refused", str(error)) from error


def _absent(detail: str, wanted: str, published: Sequence[str]) -> Problem:
    """Return the 404 of a model or version that is not there, with the one that was probably meant."""
    detail += nearest(wanted, published)
    people = f"{detail} Published are: {', '.join(published) or 'none'}."
    return Problem(404, "no_such_model", f"{detail} GET /models lists those that are.", people=people)


def _serving(follower: Follower) -> Model:
    if follower.model is not None:
        return follower.model
    reason = follower.refusal.reason if follower.refusal else "No model is loaded."
    raise Problem(503, "no_model", f"There is no model to answer with: {reason}", headers={"Retry-After": "5"})
