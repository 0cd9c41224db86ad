"""The Flask application in a replica of Ray Serve; a request comes whole, and its answer leaves whole."""

import asyncio
import logging.config
from dataclasses import dataclass
from functools import partial
from typing import Any

from a2wsgi import WSGIMiddleware
from ray import serve

from service.app import create_app
from service.monitoring import logs
from service.ray_serve import together
from service.ray_serve.settings import ServeSettings
from service.server.watcher import watch
from service.state import state_of

_SPARE_THREADS = 8  # for requests that only ask whether it is alive


@dataclass(frozen=True)
class Call:
    """A request: its ASGI scope without what belongs to the process that received it, and its body."""

    scope: dict[str, Any]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An answer; headers are pairs of bytes, as ASGI has them."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Predictor:
    """One replica."""

    async def __init__(self, settings: ServeSettings) -> None:  # type: ignore[misc]  # Ray Serve awaits it
        """Load the models, and follow what is published from now on."""
        logging.config.dictConfig(logs.configuration(settings.log_level))
        loop = asyncio.get_running_loop()
        prepare = partial(together.prepare, wait=settings.batch_seconds, loop=loop)
        app = await asyncio.to_thread(create_app, settings, prepare)
        self._state = state_of(app)
        threads = settings.concurrency + _SPARE_THREADS
        self._asgi = WSGIMiddleware(app, workers=threads)  # type: ignore[arg-type]  # its Environ is a plain dict
        self._watching = watch(self._state)

    async def answer(self, call: Call) -> Answer:
        """Answer one request."""
        started: dict[str, Any] = {}
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": call.body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            else:
                parts.append(message.get("body", b""))

        await self._asgi(call.scope, receive, send)  # type: ignore[arg-type]  # any mapping serves
        return Answer(started["status"], list(started["headers"]), b"".join(parts))

    async def numbers(self) -> tuple[str, bytes]:
        """Return the name of this replica, and its metrics."""
        return serve.get_replica_context().replica_id.unique_id, self._state.metrics.expose()
