"""What is wrong with a start, told before anything is started: a misspelt setting, or a model that is not there."""

import difflib
from collections.abc import Iterable, Mapping

from artifact import store
from service.settings import Settings

_PREFIX = "SERVICE_"


def misspelt(environment: Mapping[str, str], fields: Iterable[str] = Settings.model_fields) -> str | None:
    """Return which variable of the environment is a misspelt setting, or None.

    Platforms set variables of their own that begin with SERVICE_ (service registries and Kubernetes do), so only one
    that is close to the name of a setting is taken for a mistake.
    """
    for name in unknown(environment, fields):
        near = difflib.get_close_matches(name, _variables(fields), n=1, cutoff=0.85)
        if near:
            return f"{name} is not a setting of this service. Did you mean {near[0]}? docs/service.md lists them all."
    return None


def unknown(environment: Mapping[str, str], fields: Iterable[str] = Settings.model_fields) -> list[str]:
    """Return the variables that begin as settings do and are none, in alphabetical order."""
    return sorted(name for name in set(environment) - set(_variables(fields)) if name.startswith(_PREFIX))


def absent(settings: Settings) -> str | None:
    """Return why there is no model to serve by default, or None where there is one or it is to be waited for.

    Raises:
        artifact.errors.ArtifactError: The folder of models cannot be listed.
    """
    published = store.names(settings.models)
    if settings.wait_for_model or settings.model in published:
        return None
    wait = "To start without one and wait for it: SERVICE_WAIT_FOR_MODEL=true."
    if not published:
        what = "holds no published model" if settings.models.is_dir() else "is not a folder"
        train = "Train one: python -m training DATA_DIR, or name the folder: SERVICE_MODELS=DIR."
        return f"{settings.models} {what}. {train} {wait}"
    near = difflib.get_close_matches(settings.model, published, n=1)
    guess = f" Did you mean SERVICE_MODEL={near[0]}?" if near else f" Choose one: SERVICE_MODEL={published[0]}."
    return f"No model {settings.model} in {settings.models}. Published: {', '.join(published)}.{guess} {wait}"


def _variables(fields: Iterable[str]) -> list[str]:
    return [f"{_PREFIX}{name.upper()}" for name in fields]
