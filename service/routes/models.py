"""GET /models: what is published, and what of it answers."""

from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from artifact import store
from artifact.errors import ArtifactError
from service import schemas
from service.replies import reply
from service.state import state

api = APIBlueprint("models", __name__, abp_tags=[Tag(name="models", description="What is published and served.")])


@api.get("/models", responses={200: schemas.NamedModels})
def models() -> Response:
    """List the published models with their versions, and which version is current and which is served."""
    folder = state().settings.models
    return reply({"models": [_describe(name) for name in store.names(folder)]})


def _describe(name: str) -> dict[str, Any]:
    settings, registry = state().settings, state().registry
    try:
        current = store.current(settings.models, name)
    except ArtifactError:
        current = None
    follower = registry.followed(name)
    served = follower.model.card.version if follower is not None and follower.model is not None else None
    return {
        "name": name,
        "default": name == settings.model,
        "versions": store.versions(settings.models, name),
        "current": current,
        "served": served,
    }
