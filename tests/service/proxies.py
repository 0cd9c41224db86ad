"""Real proxies before a service, with the configurations that deploy/proxies/ has for people."""

import contextlib
import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.service.running import PATIENCE, ROOT, Running, free_port, until

CONFIGURATIONS = ROOT / "deploy" / "proxies"


def nginx(folder: Path, configuration: str) -> list[str]:
    """Return the command that runs nginx in a folder of its own."""
    temporary = " ".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.geteuid() == 0 else ""  # others may not look into a test's folder
    whole = f"{user} daemon off; pid {folder}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {temporary}\n"
    (folder / "nginx.conf").write_text(f"{whole}{configuration}}}")
    return ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")]


def haproxy(folder: Path, configuration: str) -> list[str]:
    """Return the command that runs HAProxy."""
    (folder / "haproxy.cfg").write_text(configuration)
    return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]


PROXIES: dict[str, tuple[str, Callable[[Path, str], list[str]]]] = {
    "nginx": ("nginx.conf", nginx),
    "haproxy": ("haproxy.cfg", haproxy),
}
"""By the command, which Debian's package of that name brings (nginx: nginx-light): the file, and how it is run."""


@contextlib.contextmanager
def before(service: Running, name: str, folder: Path) -> Iterator[int]:
    """Run a proxy before a service until the block ends; yield the proxy's port."""
    file, command = PROXIES[name]
    port = free_port()
    text = (CONFIGURATIONS / file).read_text(encoding="utf-8")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{service.port}")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("bind :8080", f"bind 127.0.0.1:{port}")
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command(folder, text), stdout=log, stderr=subprocess.STDOUT)
    try:
        until(lambda: process.poll() is not None or _is_ready(port))
        assert process.poll() is None, (folder / f"{name}.log").read_text()
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)


def is_there(name: str) -> bool:
    """Say whether a proxy is installed; Debian has it where only the administrator's path leads."""
    return shutil.which(name) is not None


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
