"""Who may use the service: API keys, of which only hashes are known here, and origins of other sites (CORS)."""

import hashlib
import hmac
import secrets

from flask import Flask, Response, request

from service.problems import Problem
from service.settings import Settings

OPEN_PATHS = ("/health", "/ready", "/v2/health/live", "/v2/health/ready")
"""What a load balancer asks without a key."""
_CHALLENGES = ("Bearer", 'Basic realm="Thirtyfive: any user name, and your key as the password", charset="UTF-8"')
"""Each is a line of its own: Chromium asks nobody for a key where one line names two schemes."""
_FOR_PEOPLE = "This service needs a key. Reload the page and enter it as the password; the user name may be anything."
_HEADERS = "Authorization, Content-Type, Inference-Header-Content-Length, X-API-Key, X-Request-ID"


def new_key() -> tuple[str, str]:
    """Return a new key, and the hash of it that goes into the settings."""
    key = f"t35_{secrets.token_urlsafe(32)}"
    return key, digest(key)


def digest(key: str) -> str:
    """Return the hash of a key. A key is random and long, so a fast hash without salt is as good as a slow one."""
    return hashlib.sha256(key.encode()).hexdigest()


def register(app: Flask, settings: Settings) -> None:
    """Ask every request of the application for a key where keys are set, and answer other origins where allowed."""
    if settings.api_keys:
        app.before_request(lambda: _check(settings.api_keys))
        app.after_request(_challenge)
    if settings.cors_origins:
        app.after_request(lambda response: _allow(response, settings.cors_origins))


def _check(hashes: tuple[str, ...]) -> None:
    preflight = request.method == "OPTIONS"  # browsers send it without credentials
    if preflight or request.path in OPEN_PATHS or request.path.startswith("/static/"):
        return
    key = _given()
    if key is None:
        detail = "A key was expected, and none came. Send it as: Authorization: Bearer KEY"
        raise Problem(401, "key_missing", detail, people=_FOR_PEOPLE)
    found = digest(key)
    # Every hash is compared, and each in constant time, so that the time says nothing of the keys.
    if not sum(hmac.compare_digest(found, known) for known in hashes):
        detail = "The key is not one of this service's. Ask its operator."
        raise Problem(401, "key_wrong", detail, people=f"{detail} {_FOR_PEOPLE}")


def _challenge(response: Response) -> Response:
    """Say in a refusal which ways of sending a key there are."""
    if response.status_code == 401:
        response.headers.setlist("WWW-Authenticate", _CHALLENGES)
    return response


def _given() -> str | None:
    """Return the key of a request: X-API-Key, a bearer token, or the password that a browser asked a person for."""
    given = request.authorization
    if given is not None and given.type == "bearer" and given.token:
        return given.token
    if given is not None and given.type == "basic" and given.password:
        return str(given.password)
    return request.headers.get("X-API-Key") or None


def _allow(response: Response, origins: tuple[str, ...]) -> Response:
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = _HEADERS
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        response.headers["Access-Control-Expose-Headers"] = "Inference-Header-Content-Length, Retry-After, X-Request-ID"
    return response
