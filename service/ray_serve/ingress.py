"""Take requests in, and hold each until a predictor has answered it.

Ray Serve itself asks no second replica once a request was handed to one that then dies; the client would hear of a
failure. Here the request is still in memory, so another predictor is asked. That is right for every route: asking for
an answer changes nothing, and feedback knows the images that it has.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from typing import Any

import ray
from ray.serve.exceptions import BackPressureError
from ray.serve.handle import DeploymentHandle
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from service import problems
from service.intake.budget import Budget
from service.intake.pace import Pace
from service.problems import CONTENT_TYPE, Problem
from service.ray_serve import numbers
from service.ray_serve.predictor import Answer, Call
from service.ray_serve.settings import ServeSettings

_ATTEMPTS = 4
_METRICS = "/metrics"
_METRICS_SECONDS = 5.0  # half of what Prometheus waits by default
_OURS = (b"connection", b"x-request-id")
"""Headers of the answer that the HTTP server in front sets, the id being the one that the predictor got."""
_SCOPE = ("type", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path")
_logger = logging.getLogger(__name__)


class Ingress:
    """Passes requests to predictors."""

    def __init__(self, settings: ServeSettings, predictors: DeploymentHandle) -> None:
        """Know where the predictors are, and how much may be held in memory."""
        self._settings = settings
        self._predictors = predictors
        self._budget = Budget(settings.max_waiting_megabytes * 1024**2, settings.max_request_bytes + 1)

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        size = _declared(request)
        most = self._settings.max_request_bytes + 1
        room = most if size is None else size if size < most else 0
        try:
            self._budget.reserve(room)
        except Problem as problem:
            return _refuse(problem)
        try:
            call = _call(request, await self._read(request, size))
            answer = await self._ask(call)
            if request.url.path == _METRICS and answer.status == 200:
                answer = _with_body(answer, await self._numbers())
        except Problem as problem:
            return _refuse(problem)
        finally:
            self._budget.release(room)
        return _respond(answer)

    async def _read(self, request: Request, size: int | None) -> bytes:
        """Return the body, or the first byte too many of it; nothing where its length is declared as too large."""
        body = bytearray()
        most = self._settings.max_request_bytes
        if size is not None and size > most:
            return b""
        try:
            async for part in _at_pace(request.stream(), Pace.of(self._settings)):
                body += part
                if len(body) > most:
                    return bytes(body[: most + 1])
        except TimeoutError as error:
            raise problems.too_slow(self._settings) from error
        except ClientDisconnect as error:
            raise Problem(400, "cut_short", "The body ended before its Content-Length. Send it again.") from error
        return bytes(body)

    async def _ask(self, call: Call) -> Answer:
        """Return a predictor's answer, asking another where one is lost."""
        try:
            async with asyncio.timeout(self._settings.request_seconds):
                return await self._ask_until_one_lives(call)
        except BackPressureError as error:
            raise problems.busy("More requests wait than this service queues. Try again in a second.") from error
        except TimeoutError as error:
            seconds = self._settings.request_seconds
            raise problems.busy(f"The request waited {seconds:g} s for its answer. Try again.") from error

    async def _ask_until_one_lives(self, call: Call) -> Answer:
        for _ in range(_ATTEMPTS):
            try:
                answer: Answer = await self._predictors.answer.remote(call)
                return answer
            except ray.exceptions.RayActorError:
                _logger.warning("a predictor was lost with a request at work; another is asked")
        raise problems.busy("Predictors were lost one after the other. Try again in a second.")

    async def _numbers(self) -> bytes:
        try:
            async with asyncio.timeout(_METRICS_SECONDS):
                found = await self._predictors.broadcast("numbers").results_async(return_exceptions=True)
        except TimeoutError as error:
            raise problems.busy("A replica did not say its numbers in time. Try again in a second.") from error
        texts: Mapping[str, bytes] = dict(text for text in found if not isinstance(text, BaseException))
        return numbers.merge(texts)


async def _at_pace(parts: AsyncIterable[bytes], pace: Pace) -> AsyncIterator[bytes]:
    """Yield the parts of a body; raises `TimeoutError` where the client does not keep up."""
    waiting = aiter(parts)
    while True:
        begun = time.monotonic()
        async with asyncio.timeout(pace.left):
            part = await anext(waiting, None)
        if part is None:
            return
        pace.moved(len(part))
        if not pace.waited(time.monotonic() - begun):
            raise TimeoutError
        yield part


def _declared(request: Request) -> int | None:
    """Return the length that a body is declared to have; None where it comes in pieces of untold number."""
    if "transfer-encoding" in request.headers:
        return None
    return int(request.headers.get("content-length", 0))  # the HTTP server has refused what is no number


def _call(request: Request, body: bytes) -> Call:
    scope: dict[str, Any] = {key: request.scope[key] for key in _SCOPE if key in request.scope}
    headers = [(bytes(name), bytes(text)) for name, text in request.scope["headers"]]
    if "transfer-encoding" in request.headers:  # it has come whole, so its length is known
        headers = [header for header in headers if header[0] not in (b"transfer-encoding", b"content-length")]
        headers.append((b"content-length", b"%d" % len(body)))
    scope.update(headers=headers, client=request.scope.get("client"), server=request.scope.get("server"))
    return Call(scope, body)


def _with_body(answer: Answer, body: bytes) -> Answer:
    headers = [header for header in answer.headers if header[0] != b"content-length"]
    return Answer(answer.status, [*headers, (b"content-length", b"%d" % len(body))], body)


def _respond(answer: Answer) -> Response:
    response = Response(answer.body, answer.status)
    response.raw_headers = [header for header in answer.headers if header[0] not in _OURS]
    return response


def _refuse(problem: Problem) -> Response:
    return Response(json.dumps(problem.document()), problem.status, problem.headers, CONTENT_TYPE)
