"""A request as this service sees it: timed, named, and of bounded size in memory."""

import re
import secrets
import time
from functools import cached_property
from typing import Any

from flask import Request

_IDENTITY = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ServiceRequest(Request):
    """A request with an id and a beginning; `service.intake.bodies` reads its body, and its forms, in memory."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Note when the request began, and that its body must have the length that it promises."""
        super().__init__(*arguments, **options)
        self.started = time.monotonic()
        if "CONTENT_LENGTH" in self.environ:
            # Gunicorn ends the body by itself, also where the client left early, and Werkzeug would not count.
            self.environ.pop("wsgi.input_terminated", None)

    @cached_property
    def identity(self) -> str:
        """The id of the request: the client's own (X-Request-ID) where it is harmless, else a new one."""
        given = self.headers.get("X-Request-ID", "")
        return given if _IDENTITY.fullmatch(given) else secrets.token_hex(8)
