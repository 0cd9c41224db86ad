"""Those parts of the OpenAPI document that Pydantic models cannot say: bodies of several types, and problems."""

from typing import Any, cast

from flask import Flask
from flask_openapi3 import Info, OpenAPI

from service import problems, schemas

INFO = Info(
    title="Thirtyfive",
    version="1",
    description="A yes/no image classifier that says how far it can be trusted. Every answer other than success has "
    "one shape, ProblemDocument.",
)

_FILE = {"type": "string", "format": "binary"}
_IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff")

_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["image"],
    "properties": {"image": {"type": "array", "items": _FILE, "minItems": 1, "description": "One or many files."}},
}
_BASE64 = {
    "type": "object",
    "required": ["images"],
    "properties": {
        "images": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "contentEncoding": "base64", "description": "An image file; or a data: URL."},
        }
    },
}

IMAGES_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **{kind: {"schema": _FILE} for kind in _IMAGE_TYPES},
            "multipart/form-data": {"schema": _FORM},
            "application/json": {"schema": _BASE64},
        },
    }
}
"""The body of a route that takes images in any of the three forms."""

FEEDBACK_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **{kind: {"schema": _FILE} for kind in _IMAGE_TYPES},
            "multipart/form-data": {
                "schema": {**_FORM, "properties": {**_FORM["properties"], "label": {"type": "string"}}}
            },
        },
    }
}
"""The body of POST /feedback."""

_TITLES = {
    400: "The request is malformed.",
    401: "A key is missing or wrong.",
    404: "There is no such thing here.",
    408: "The body came too slowly.",
    413: "Too large: bytes, pixels, or count.",
    415: "Not an image that is read here.",
    422: "Readable, but not usable.",
    503: "Busy, stopping, or without a model; Retry-After says when to try again.",
}


def document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of the application.

    The library gives every route a 422 with a shape of its own, also where no parameter is checked; those go.
    """
    made: dict[str, Any] = cast(OpenAPI, app).api_doc
    for path in made["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            if "application/json" in responses.get("422", {}).get("content", {}):
                del responses["422"]
    return made


def problems_of(*statuses: int) -> dict[str | int, Any]:
    """Return the responses entry for each status that a route may answer besides success."""
    schema = {"$ref": f"#/components/schemas/{schemas.ProblemDocument.__name__}"}
    return {
        str(status): {"description": _TITLES[status], "content": {problems.CONTENT_TYPE: {"schema": schema}}}
        for status in statuses
    }


HISTORY_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object", "description": "Column names to one value an epoch."}},
            "text/csv": {"schema": {"type": "string"}},
            "application/octet-stream": {"schema": _FILE},
        },
    }
}
"""The body of POST /diagnose."""

DIAGNOSIS: dict[str, Any] = {
    "description": "The doctor's findings, most severe first.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["verdict", "healthy", "findings", "checks_not_run"],
                "properties": {
                    "verdict": {"type": "string", "description": "One sentence."},
                    "healthy": {"type": "boolean"},
                    "labels": {"type": "array", "items": {"type": "string"}},
                    "findings": {"type": "array", "items": {"type": "object"}},
                    "checks_not_run": {"type": "array", "items": {"type": "object"}},
                },
            }
        }
    },
}
"""The answer of POST /diagnose."""

REPORT: dict[str, Any] = {
    "description": "The report.",
    "content": {
        "application/json": {"schema": {"type": "object", "description": "report.json, with `service` added."}},
        "text/html": {"schema": {"type": "string"}},
    },
}
"""The answer of GET /report."""

_TENSOR = {
    "type": "object",
    "required": ["name", "shape", "datatype"],
    "properties": {
        "name": {"type": "string"},
        "shape": {"type": "array", "items": {"type": "integer"}},
        "datatype": {"type": "string"},
        "parameters": {"type": "object"},
        "data": {"type": "array", "description": "Flat or nested; absent where it follows as binary data."},
    },
}

INFERENCE_BODY: dict[str, Any] = {
    "parameters": [
        {
            "name": "Inference-Header-Content-Length",
            "in": "header",
            "schema": {"type": "integer", "minimum": 0},
            "description": "The length of the JSON, where binary tensors follow it.",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["inputs"],
                    "properties": {
                        "id": {"type": "string"},
                        "parameters": {"type": "object"},
                        "inputs": {"type": "array", "items": _TENSOR, "minItems": 1, "maxItems": 1},
                        "outputs": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {"name": {"type": "string"}, "parameters": {"type": "object"}},
                            },
                        },
                    },
                }
            },
            "application/octet-stream": {"schema": _FILE},
        },
    },
}
"""The body of an inference request of the Open Inference Protocol."""

INFERENCE: dict[str, Any] = {
    "description": "The outputs that were asked for, or all.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["model_name", "model_version", "outputs"],
                "properties": {
                    "model_name": {"type": "string"},
                    "model_version": {"type": "string"},
                    "id": {"type": "string"},
                    "outputs": {"type": "array", "items": _TENSOR},
                },
            }
        },
        "application/octet-stream": {"schema": _FILE},
    },
}
"""The answer to it."""

METRICS: dict[str, Any] = {
    "description": "The metrics.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}
"""The answer of GET /metrics."""
