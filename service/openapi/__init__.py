"""Those parts of the OpenAPI document that Pydantic models cannot say: bodies of several types, problems, examples.

Public surface: `INFO`, the bodies and answers that routes name, `problems_of(statuses)`, `document(app)`.
"""

from service.openapi.answers import DIAGNOSIS, FILES, INFERENCE, METRICS, REPORT, problems_of
from service.openapi.bodies import FEEDBACK_BODY, HISTORY_BODY, IMAGES_BODY, INFERENCE_BODY
from service.openapi.document import INFO, document

__all__ = [
    "DIAGNOSIS",
    "FEEDBACK_BODY",
    "FILES",
    "HISTORY_BODY",
    "IMAGES_BODY",
    "INFERENCE",
    "INFERENCE_BODY",
    "INFO",
    "METRICS",
    "REPORT",
    "document",
    "problems_of",
]
