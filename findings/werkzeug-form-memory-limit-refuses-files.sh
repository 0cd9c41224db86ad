#!/usr/bin/env bash
# Werkzeug documents max_form_memory_size as a limit of parts that are not files. Set to the size in which its parser
# reads (64 KiB), it refuses files too: where a piece of the body ends shortly after a CR or LF, the parser keeps what
# may be the beginning of a boundary, and that with the next piece is over the limit. Whether a photograph is answered
# or refused with 413 depends on which of its bytes the pieces end in.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q werkzeug==3.1.9
"$folder/venv/bin/python" - <<'PYTHON'
import io
import random
from importlib.metadata import version

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

print("werkzeug", version("werkzeug"))


def refused(limit, seed):
    """Tell whether a form with one file of random bytes, 1 MiB, and no other part is refused."""
    file = random.Random(seed).randbytes(2**20)
    head = b'--xYx\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    body = head + file + b"\r\n--xYx--\r\n"
    parser = FormDataParser(stream_factory=lambda *_, **__: io.BytesIO(), max_form_memory_size=limit)
    try:
        _, _, files = parser.parse(io.BytesIO(body), "multipart/form-data", len(body), {"boundary": "xYx"})
    except RequestEntityTooLarge:
        return True
    assert files["image"].read() == file
    return False


found = {limit: sum(refused(limit, seed) for seed in range(40)) for limit in (64 * 1024, 128 * 1024)}
for limit, count in found.items():
    print(f"max_form_memory_size={limit}: {count} of 40 forms with one file of 1 MiB refused with 413")
raise SystemExit(0 if found[64 * 1024] > 0 and found[128 * 1024] == 0 else 1)
PYTHON
