"""Headers that every answer carries: what a browser may do with it, what it may not, and who may keep it."""

from flask import Flask, Response, request

from service.settings import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self' data:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ON_DATA = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)
_ON_PAGES = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
)


_FILES = ("static", "files.file", "files.style")
"""The endpoints whose answers have validators, so that whoever stores one asks whether it still holds."""


def register(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer of the application."""
    app.after_request(secure)
    app.after_request(lambda response: _limit_storing(response, bool(settings.api_keys)))


def secure(response: Response) -> Response:
    """Add what does not depend on the request: what a browser may do with an answer, which nobody may store."""
    response.headers.extend(_ON_PAGES if response.mimetype == "text/html" else _ON_DATA)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _limit_storing(response: Response, locked: bool) -> Response:
    """Let files be stored, but not handed out without asking; what a key protects not by caches that others share."""
    if request.endpoint in _FILES and "ETag" in response.headers:
        response.headers["Cache-Control"] = "private, no-cache" if locked else "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
