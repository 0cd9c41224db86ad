"""Make answers: compact JSON without NaN."""

import json
from typing import Any

from flask import Response


def reply(value: Any, status: int = 200) -> Response:
    """Return `value` as a JSON answer; a NaN in it is a defect of ours and raises `ValueError`."""
    body = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(body, status, content_type="application/json")
