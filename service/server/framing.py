"""Say `Connection: close` wherever the next request on a connection could not be told from the rest of this one.

A refusal often comes before the body was read. The rest of a small one is dropped; of another, the connection must end,
and the client and every proxy between must know it before they send another's request on it.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.http.errors import ParseException

from service.server.client_socket import ClientSocket

_MOST_BYTES = 64 * 1024  # of a body whose rest is worth waiting for
_REST_SECONDS = 0.1  # clients often send the body right after the headers, and not together with them

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
    """Drop the rest of a request's body (gunicorn's `Body`) where it is small; say whether nothing is left."""
    left = getattr(body.reader, "length", 0)
    if client.too_slow or body.failed or left > _MOST_BYTES or (left and client.continues):
        return False
    client.rest_until = time.monotonic() + _REST_SECONDS
    dropped = 0
    try:
        while dropped <= _MOST_BYTES:
            part = body.read(_MOST_BYTES)
            if not part:
                return True
            dropped += len(part)
    except (OSError, ParseException):  # not everything has come, or what came is malformed
        pass
    finally:
        client.rest_until = None
    return False
