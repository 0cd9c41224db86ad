"""The answers of routes that are not plain Pydantic models, and problems."""

from typing import Any

from service import problems, schemas
from service.openapi.bodies import FILE, TENSOR

_TITLES = {
    400: "The request is malformed.",
    401: "A key is missing or wrong.",
    404: "There is no such thing here.",
    408: "The body came too slowly.",
    413: "Too large: bytes, pixels, or count.",
    415: "Not an image that is read here, or a compressed body.",
    422: "Readable, but not usable.",
    503: "Busy, stopping, or without a model; Retry-After says when to try again.",
}


def problems_of(*statuses: int) -> dict[str | int, Any]:
    """Return the responses entry for each status that a route may answer besides success."""
    schema = {"$ref": f"#/components/schemas/{schemas.ProblemDocument.__name__}"}
    return {
        str(status): {"description": _TITLES[status], "content": {problems.CONTENT_TYPE: {"schema": schema}}}
        for status in statuses
    }


def _answer(description: str, **content: dict[str, Any]) -> dict[str, Any]:
    types = {kind.replace("__", "/").replace("_", "-"): {"schema": schema} for kind, schema in content.items()}
    return {"description": description, "content": types}


_TEXT = {"type": "string"}

DIAGNOSIS = _answer(
    "The doctor's findings, most severe first.",
    application__json={
        "type": "object",
        "required": ["verdict", "healthy", "findings", "checks_not_run"],
        "properties": {
            "verdict": {"type": "string", "description": "One sentence."},
            "healthy": {"type": "boolean"},
            "labels": {"type": "array", "items": _TEXT},
            "findings": {"type": "array", "items": {"type": "object"}},
            "checks_not_run": {"type": "array", "items": {"type": "object"}},
            "reading": {
                "type": "object",
                "description": "Which column was read as which curve, and which were not used.",
            },
        },
    },
)
"""The answer of POST /diagnose."""

REPORT = _answer(
    "The report.",
    application__json={"type": "object", "required": ["service"], "description": "report.json, with `service` added."},
    text__html=_TEXT,
)
"""The answer of GET /report."""

FILES = _answer("The file.", application__json={"type": "object"}, application__octet_stream=FILE, text__markdown=_TEXT)
"""The answer of GET /models/NAME/versions/VERSION/FILE."""

METRICS = _answer("The metrics.", text__plain=_TEXT)
"""The answer of GET /metrics."""

INFERENCE = _answer(
    "The outputs that were asked for, or all.",
    application__json={
        "type": "object",
        "required": ["model_name", "model_version", "outputs"],
        "properties": {
            "model_name": _TEXT,
            "model_version": _TEXT,
            "id": _TEXT,
            "outputs": {"type": "array", "items": TENSOR},
        },
    },
    application__octet_stream=FILE,
)
"""The answer to an inference request of the Open Inference Protocol."""
