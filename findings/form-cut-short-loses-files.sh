#!/usr/bin/env bash
# A form with two files whose upload was cut within the second, so that the closing boundary is missing (the length of
# the body is declared right, as a proxy declares it that passes on what it got). Werkzeug gives a form without any
# file, Starlette and Django give the first file alone, all without an error; aiohttp raises. A service that answers
# each file of a form then says nothing of those that are gone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q werkzeug==3.1.9 starlette==1.3.1 python-multipart==0.0.34 django==5.2.19 aiohttp==3.14.5
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import io
from importlib.metadata import version

FILE = b"\xff\xd8\xff" + bytes(range(256)) * 8
HEAD = b'--xYx\r\nContent-Disposition: form-data; name="image"; filename="%s.jpg"\r\n\r\n'
BODY = HEAD % b"a" + FILE + b"\r\n" + HEAD % b"b" + FILE
KIND = "multipart/form-data; boundary=xYx"


def werkzeug():
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    stream = io.BytesIO(BODY)
    builder = EnvironBuilder(method="POST", input_stream=stream, content_type=KIND, content_length=len(BODY))
    return [file.filename for file in Request(builder.get_environ()).files.getlist("image")]


def starlette():
    from starlette.requests import Request

    async def receive():
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def read():
        scope = {"type": "http", "method": "POST", "headers": [(b"content-type", KIND.encode())]}
        return [file.filename for file in (await Request(scope, receive).form()).getlist("image")]

    return asyncio.run(read())


def django():
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIRequest

    settings.configure()
    environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": KIND, "CONTENT_LENGTH": str(len(BODY))}
    request = WSGIRequest({**environ, "wsgi.input": io.BytesIO(BODY)})
    return [file.name for file in request.FILES.getlist("image")]


def aiohttp():
    from aiohttp import MultipartReader, streams
    from aiohttp.base_protocol import BaseProtocol

    async def read():
        loop = asyncio.get_running_loop()
        stream = streams.StreamReader(BaseProtocol(loop), 2**16, loop=loop)
        stream.feed_data(BODY)
        stream.feed_eof()
        found = []
        async for part in MultipartReader({"Content-Type": KIND}, stream):
            await part.read()
            found.append(part.filename)
        return found

    return asyncio.run(read())


seen = {}
for framework in (werkzeug, starlette, django, aiohttp):
    try:
        seen[framework.__name__] = framework()
    except ValueError as error:
        seen[framework.__name__] = f"raises {type(error).__name__}: {error}"
    print(framework.__name__, version(framework.__name__), seen[framework.__name__])
silent = seen["werkzeug"] == [] and seen["starlette"] == ["a.jpg"] == seen["django"]
raise SystemExit(0 if silent and str(seen["aiohttp"]).startswith("raises") else 1)
PYTHON
