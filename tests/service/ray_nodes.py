"""`python -m tests.service.ray_nodes N`: a Ray cluster on the loopback interface, with N nodes of one core.

It prints its address, kills the node whose number stands on a line that it reads, and ends with its input. It is a
process of its own because Ray reads its environment when it is imported.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tests.service.running import PATIENCE, ROOT

ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # by which Ray takes 127.0.0.1 for this machine, whatever its name says
}
_SMALL = {"object_store_memory": 80 * 1024**2, "include_dashboard": False}


@dataclass
class Nodes:
    """A cluster that runs."""

    process: "subprocess.Popen[str]"
    address: str

    def kill(self, number: int) -> None:
        """Kill all processes of a node, and wait until they are gone."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(number, file=self.process.stdin, flush=True)
        assert self.process.stdout.readline().strip() == f"killed {number}"


@contextlib.contextmanager
def nodes(count: int) -> Iterator[Nodes]:
    """Run a cluster until the block ends."""
    command = [sys.executable, "-m", "tests.service.ray_nodes", str(count)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdin=pipe,
        stdout=pipe,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            lines = (line.strip() for line in process.stdout)
            yield Nodes(process, next(line for line in lines if line.startswith("127.0.0.1:")))
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _main(count: int) -> None:
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **_SMALL})
    added = [cluster.add_node(num_cpus=1, **_SMALL) for _ in range(count)]
    print(cluster.address, flush=True)
    for line in sys.stdin:
        cluster.remove_node(added[int(line)], allow_graceful=False)
        print(f"killed {int(line)}", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    _main(int(sys.argv[1]))
