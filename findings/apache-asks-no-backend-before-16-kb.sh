#!/usr/bin/env bash
# Apache as a reverse proxy (mod_proxy_http) collects the first 16 kB of a request's body before it connects to the
# server behind it. A client that has sent less and pauses is unknown there: no limit of that server's on slow clients
# can end the request, and it hears nothing of it. HAProxy connects once it has the headers.
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'kill "${apache:-}" "${haproxy:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
for pair in apache2:apache2-bin haproxy:haproxy; do
    command -v "${pair%:*}" >/dev/null || apt-get install -y -qq --no-install-recommends "${pair#*:}" >/dev/null
done
read -r backend front other < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(one.getsockname()[1] for one in sockets))')
cat > "$folder/apache.conf" <<CONF
ServerRoot $folder
ServerName localhost
PidFile $folder/pid
ErrorLog $folder/errors
Mutex file:$folder
$(for name in mpm_event authz_core proxy proxy_http; do
    echo "LoadModule ${name}_module /usr/lib/apache2/modules/mod_$name.so"
done)
Listen 127.0.0.1:$front
ProxyPass / http://127.0.0.1:$backend/
CONF
cat > "$folder/haproxy.cfg" <<CONF
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
listen front
    bind 127.0.0.1:$other
    server one 127.0.0.1:$backend
CONF
apache2 -v | head -n 1
haproxy -v | head -n 1
apache2 -f "$folder/apache.conf" -DFOREGROUND &
apache=$!
haproxy -db -f "$folder/haproxy.cfg" >/dev/null 2>&1 &
haproxy=$!
python3 - "$backend" "$front" "$other" <<'PYTHON'
import select
import socket
import sys
import time

backend, *fronts = map(int, sys.argv[1:])
seen = {}
with socket.create_server(("127.0.0.1", backend)) as listener:
    for name, port in zip(("apache", "haproxy"), fronts, strict=True):
        for _ in range(100):
            try:
                client = socket.create_connection(("127.0.0.1", port))
                break
            except OSError:
                time.sleep(0.1)
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 15_000)
        early = bool(select.select([listener], [], [], 3)[0])
        client.sendall(b"x" * 5_000)
        late = bool(select.select([listener], [], [], 3)[0])
        seen[name] = early, late
        print(f"{name}: the server is asked after 15,000 bytes: {early}; after 20,000: {late}")
        if late:
            listener.accept()[0].close()
        client.close()
raise SystemExit(seen != {"apache": (False, True), "haproxy": (True, True)})
PYTHON
