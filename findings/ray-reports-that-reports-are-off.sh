#!/usr/bin/env bash
# Ray 2.60.0: a cluster of `ray start --head` with RAY_USAGE_STATS_ENABLED=0 still POSTs once to the address of usage
# reports (by default https://usage-stats.ray.io/): a record that says that reporting is off. `ray.init` does not.
# Here the address is a server on the loopback interface, so that nothing leaves the machine.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'ray[default]==2.60.0'
cat > "$folder/look.py" <<'PYTHON'
import http.server, json, os, signal, socket, subprocess, sys, threading, time

import ray

reports = []


class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        reports.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


server = http.server.HTTPServer(("127.0.0.1", 0), Sink)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = os.environ | {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_USAGE_STATS_REPORT_URL": f"http://127.0.0.1:{server.server_port}",
}
start = [os.path.join(os.path.dirname(sys.executable), "ray"), "start", "--head", "--block", "--num-cpus=1"]
start += ["--include-dashboard=false", "--node-ip-address=127.0.0.1", f"--port={free_port()}"]
start += ["--min-worker-port=0", "--max-worker-port=0", "--object-store-memory=83886080"]
head = subprocess.Popen(start, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True)
deadline = time.monotonic() + 90
while not reports and head.poll() is None and time.monotonic() < deadline:
    time.sleep(0.5)
os.killpg(head.pid, signal.SIGKILL)
print("ray", ray.__version__)
print("reports received with RAY_USAGE_STATS_ENABLED=0:", len(reports))
for report in reports:
    print({name: value for name, value in report.items() if value is not None})
sys.exit(len(reports) != 1)
PYTHON
HOME="$folder" "$folder/venv/bin/python" "$folder/look.py"
