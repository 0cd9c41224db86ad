"""The bodies that routes take, with examples that can be sent as they are."""

from typing import Any

from artifact import formats

FILE = {"type": "string", "format": "binary"}
TENSOR = {
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

_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR42mNgiGLY8h8AA9UCDtUe80IAAAAASUVORK5CYII="
_FILES = {kind: {"schema": FILE} for kind in formats.MEDIA_TYPES}
_IMAGES = {"type": "array", "items": FILE, "minItems": 1, "description": "One or many files."}
_FORM = {"type": "object", "required": ["image"], "properties": {"image": _IMAGES}}
_LABELLED = {"type": "object", "required": ["image"], "properties": {"image": _IMAGES, "label": {"type": "string"}}}
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
_INFERENCE = {
    "type": "object",
    "required": ["inputs"],
    "properties": {
        "id": {"type": "string"},
        "parameters": {"type": "object"},
        "inputs": {"type": "array", "items": TENSOR, "minItems": 1, "maxItems": 1},
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
_HISTORY = {"type": "object", "description": "Column names to one value an epoch."}
_LOSS, _VALIDATION_LOSS = [0.69, 0.52, 0.41, 0.33, 0.28, 0.22], [0.69, 0.6, 0.57, 0.58, 0.62, 0.69]
_CSV = "epoch,loss,val_loss\n" + "\n".join(
    f"{epoch},{loss},{other}" for epoch, (loss, other) in enumerate(zip(_LOSS, _VALIDATION_LOSS, strict=True))
)


def _body(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the extension of an operation that declares its body."""
    return {"requestBody": {"required": True, "content": content}, **more}


IMAGES_BODY = _body(
    {
        **_FILES,
        "multipart/form-data": {"schema": _FORM},
        "application/json": {"schema": _BASE64, "example": {"images": [_PNG]}},
    }
)
"""Images in any of the three forms."""

FEEDBACK_BODY = _body({**_FILES, "multipart/form-data": {"schema": _LABELLED}})
"""Images with their label."""

HISTORY_BODY = _body(
    {
        "application/json": {"schema": _HISTORY, "example": {"loss": _LOSS, "val_loss": _VALIDATION_LOSS}},
        "text/csv": {"schema": {"type": "string"}, "example": _CSV},
        "application/octet-stream": {"schema": FILE},
    }
)
"""A training history."""

INFERENCE_BODY = _body(
    {
        "application/json": {
            "schema": _INFERENCE,
            "example": {
                "inputs": [{"name": "image_bytes", "datatype": "BYTES", "shape": [1], "data": [_PNG]}],
                "outputs": [{"name": "label"}, {"name": "probability"}],
            },
        },
        "application/octet-stream": {"schema": FILE},
    },
    parameters=[
        {
            "name": "Inference-Header-Content-Length",
            "in": "header",
            "schema": {"type": "integer", "minimum": 0},
            "description": "The length of the JSON, where binary tensors follow it; 0: the body is one image file.",
        }
    ],
)
"""An inference request of the Open Inference Protocol."""
