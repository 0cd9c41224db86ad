#!/usr/bin/env bash
# Flask's `request.get_data()` on gunicorn: Werkzeug 3.1.9 asks for a body 64 kB at a time, and gunicorn 27.0.1, which
# received up to 1 MB at once, copies all that is left of it at each of these calls. Of a body of 4 MB, 30 MB
# are copied back into its buffer; `environ["wsgi.input"].read(length)` has the same body and copies none back.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q gunicorn==27.0.1 werkzeug==3.1.9
"$folder/venv/bin/python" - <<'PYTHON'
import io

from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader
from werkzeug.wrappers import Request

SIZE = 4 * 1024**2


class Client:
    """A socket to which a whole body has come."""

    def __init__(self):
        self.rest = io.BytesIO(bytes(range(256)) * (SIZE // 256))

    def recv(self, size):
        return self.rest.read(size)


class Counting(SocketUnreader):
    """gunicorn's, counting what stays in its buffer after a call, which was copied there anew."""

    copied = 0

    def read(self, size=None, read_ahead=None):
        before = self.buf
        found = super().read(size, read_ahead)
        self.copied += self.buf.getbuffer().nbytes if self.buf is not before else 0
        return found


def environ():
    unreader = Counting(Client())
    return unreader, {"wsgi.input": Body(LengthReader(unreader, SIZE)), "CONTENT_LENGTH": str(SIZE)}


counter, said = environ()
by_werkzeug = Request(said).get_data(cache=False)
print(f"get_data():                 {counter.copied / 1024**2:5.1f} MB copied back for a body of {SIZE / 1024**2:g} MB")
other, said = environ()
at_once = said["wsgi.input"].read(SIZE)
print(f"wsgi.input.read({SIZE}): {other.copied / 1024**2:5.1f} MB")
assert by_werkzeug == at_once
raise SystemExit(not (counter.copied > 5 * SIZE and other.copied == 0))
PYTHON
