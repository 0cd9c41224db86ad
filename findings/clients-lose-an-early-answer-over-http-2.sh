#!/usr/bin/env bash
# A server may answer over HTTP/2 before it has the whole body, and then ends the stream with RST_STREAM and NO_ERROR
# (RFC 9113, section 8.1: "Clients MUST NOT discard responses as a result of receiving such a RST_STREAM"); proxies
# written in Go do so. Debian 12's curl 7.88.1 then knows neither status nor body, and exits with 92; httpx 0.28.1 goes
# on waiting for leave to send, and raises ReadTimeout. Who refuses uploads has to receive the body first.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q h2==4.3.0 httpx==0.28.1
cat > "$folder/server.py" <<'PYTHON'
import socket
import sys

import h2.config
import h2.connection
import h2.events

listener = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1], "w") as file:
    file.write(str(listener.getsockname()[1]))
while True:
    client, _ = listener.accept()
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    answered = False
    try:
        client.sendall(connection.data_to_send())
        while data := client.recv(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.DataReceived) and not answered:
                    answered = True
                    connection.send_headers(event.stream_id, [(":status", "413")])
                    connection.send_data(event.stream_id, b"too large", end_stream=True)
                    connection.reset_stream(event.stream_id, 0)
            client.sendall(connection.data_to_send())
    except OSError:
        pass
PYTHON
"$folder/venv/bin/python" "$folder/server.py" "$folder/port" &
server=$!
until [[ -s "$folder/port" ]]; do sleep 0.1; done
port=$(cat "$folder/port")
head -c 20000000 /dev/zero > "$folder/body"
curl --version | head -n 1
seen=$(curl -s --http2-prior-knowledge -m 20 -H Expect: -w ' status %{http_code} exit %{exitcode}' \
    --data-binary "@$folder/body" "http://127.0.0.1:$port/" || true)
echo "curl: body and status:$seen"
other=$("$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys

import httpx

try:
    with httpx.Client(http1=False, http2=True, timeout=3) as client:
        answer = client.post(f"http://127.0.0.1:{sys.argv[1]}/", content=b"\0" * 20_000_000)
    print("httpx", httpx.__version__, answer.status_code, answer.text)
except httpx.HTTPError as error:
    print("httpx", httpx.__version__, "raises", type(error).__name__)
PYTHON
)
echo "$other"
[[ "$seen" == " status 000 exit 92" && "$other" == *"raises ReadTimeout" ]]
