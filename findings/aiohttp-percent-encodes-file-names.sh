#!/usr/bin/env bash
# A file named "Käse 100%.jpg" in a form: requests 2.34.2, httpx 0.28.1 and Node 20 send its letters as UTF-8,
# as browsers do (WHATWG), aiohttp 3.14.5 percent-encodes them, and the % itself. Decoded where a % is seen, a file that
# really is named "100%25.jpg" gets another name; not decoded, what aiohttp sends comes back as K%C3%A4se%20100%25.jpg.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q requests==2.34.2 httpx==0.28.1 aiohttp==3.14.5
cat > "$folder/form.mjs" <<'NODE'
const form = new FormData();
form.append("image", new Blob(["x"]), "Käse 100%.jpg");
process.stdout.write(await new Response(form).text());
NODE
node=""
command -v node >/dev/null && node=$(node "$folder/form.mjs" | grep -a filename)
"$folder/venv/bin/python" - "$node" <<'PYTHON'
import asyncio
import sys

import aiohttp
import httpx
import requests

NAME = "Käse 100%.jpg"


class Written:
    """Takes what aiohttp would send."""

    def __init__(self):
        self.data = b""

    async def write(self, data):
        self.data += data


async def by_aiohttp():
    form = aiohttp.FormData()
    form.add_field("image", b"x", filename=NAME)
    written = Written()
    await form().write(written)
    return written.data


bodies = {
    "requests": requests.Request("POST", "http://x", files={"image": (NAME, b"x")}).prepare().body,
    "httpx": httpx.Request("POST", "http://x", files={"image": (NAME, b"x")}).read(),
    "aiohttp": asyncio.run(by_aiohttp()),
}
if sys.argv[1]:
    bodies["node"] = sys.argv[1].strip().encode()
said = {}
for client, body in bodies.items():
    said[client] = body.partition(b"filename")[2].partition(b"\r\n")[0].decode()
    print(f"{client:9} filename{said[client]}")
plain = f'="{NAME}"'
encoded = '="K%C3%A4se%20100%25.jpg"'
raise SystemExit(said != {client: encoded if client == "aiohttp" else plain for client in said})
PYTHON
