"""Say `Connection: close` wherever the next request on a connection could not be told from the rest of this one.

A refusal often comes before the body was read. Where the rest comes at once it is dropped before the answer, since many
clients, and proxies over HTTP/2, read nothing or break off while they send. Otherwise the connection must end, and the
client and every proxy between must know it before they send another's request on it.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.http.errors import ParseException

from service.server.client_socket import ClientSocket

MOST_DROPPED_BYTES = 128 * 1024**2
"""How much of a body that is refused is received all the same, so that the client comes to read the answer."""
_REST_SECONDS = 1.0
_PART_BYTES = 1024**2

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def framed(application: Wsgi, goes_on: Callable[[], bool]) -> Wsgi:
    """Return the application with connections that end where they have to, or where the worker does not go on."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(*arguments: Any) -> Any:
            if not goes_on() or not body_is_over(environ["wsgi.input"], environ["gunicorn.socket"]):
                start_response.__self__.force_close()  # gunicorn's Response
            return start_response(*arguments)

        return application(environ, start)

    return answer


def body_is_over(body: Any, client: ClientSocket) -> bool:
    """Drop the rest of a request's body (gunicorn's `Body`) where it comes at once; say whether nothing is left."""
    client.is_owed = not _drop(body, client)
    return not client.is_owed


def _drop(body: Any, client: ClientSocket) -> bool:
    left = getattr(body.reader, "length", 0)
    if client.too_slow or body.failed or left > MOST_DROPPED_BYTES or (left and client.continues):
        return False
    client.rest_until = time.monotonic() + _REST_SECONDS
    dropped = 0
    try:
        while dropped <= MOST_DROPPED_BYTES and time.monotonic() < client.rest_until:
            part = body.read(_PART_BYTES)
            if not part:
                return True
            dropped += len(part)
    except (OSError, ParseException):  # not everything has come, or what came is malformed
        pass
    finally:
        client.rest_until = None
    return False
