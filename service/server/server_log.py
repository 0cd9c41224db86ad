"""Gunicorn's log without its access log: this service logs requests by itself (`service.monitoring.requests`).

With a logging configuration of one's own, gunicorn puts together some sixty fields of each request before it finds that
nobody wants them.
"""

from typing import Any

from gunicorn.glogging import Logger


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn has to say of itself."""

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Say nothing of a request."""
