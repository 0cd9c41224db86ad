#!/usr/bin/env bash
# A WSGI application that says `Connection: close` in its answer, since it has not read the body to its end, is not heard
# by gunicorn 27.0.1: hop-by-hop headers are dropped without a word, the client is told keep-alive, and then, of a body
# that is larger than 64 kB, the connection is closed all the same, under the client's next request. waitress 3.0.2 says
# close.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${one:-}" "${two:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q gunicorn==27.0.1 waitress==3.0.2
cat > "$folder/app.py" <<'PYTHON'
def app(environ, start_response):
    start_response("413 Content Too Large", [("Content-Length", "0"), ("Connection", "close")])
    return [b""]
PYTHON
cd "$folder"
read -r first second < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in sockets))')
venv/bin/gunicorn --threads 2 -b "127.0.0.1:$first" --no-control-socket app:app >/dev/null 2>&1 &
one=$!
venv/bin/waitress-serve --listen="127.0.0.1:$second" app:app >/dev/null 2>&1 &
two=$!
python3 - "$first" "$second" <<'PYTHON'
import socket
import sys
import time

seen = {}
for name, port in zip(("gunicorn", "waitress"), map(int, sys.argv[1:]), strict=True):
    for _ in range(100):
        try:
            client = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except OSError:
            time.sleep(0.1)
    client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000)
    head = client.recv(65536).decode()
    seen[name] = [line for line in head.split("\r\n") if line.lower().startswith("connection")]
    client.close()
    print(name, seen[name])
raise SystemExit(seen != {"gunicorn": ["Connection: keep-alive"], "waitress": ["Connection: close"]})
PYTHON
