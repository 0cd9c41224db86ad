"""`python -m benchmarks.serving [IMAGE] [--models FOLDER] [--clients N] [--seconds S] [--rounds N]`."""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.serving import clients, limit
from service import Settings

EXAMPLE = Path(__file__).parents[2] / "service" / "static" / "example.jpg"


def main() -> int:
    """Measure the limit and the service by turns, and print each round and the median."""
    chosen = _parser().parse_args()
    settings, file = Settings(models=chosen.models), chosen.image.read_bytes()
    print(f"{chosen.clients} clients, {settings.workers} workers, {len(file):,} bytes, {chosen.seconds:g} s each")
    print(f"{'limit/s':>8} {'served/s':>9} {'share':>6} {'p50 ms':>7} {'p99 ms':>7} {'failed':>7} {'processor ms':>18}")
    shares = []
    with _service(chosen.models, settings.workers) as (port, process):
        clients.run(port, file, chosen.clients, 1)
        for _ in range(chosen.rounds):
            most = limit.measure(chosen.models, settings.model, file, settings.workers, chosen.seconds)
            before = _processor(process)
            load = clients.run(port, file, chosen.clients, chosen.seconds)
            used = (_processor(process) - before) / len(load.seconds)
            shares.append((load.rate / most.rate, most.processor / used))
            times = f"{1e3 * load.quantile(0.5):7.1f} {1e3 * load.quantile(0.99):7.1f} {load.failed:7}"
            cost = f"{1e3 * used:6.2f}, limit {1e3 * most.processor:5.2f}"
            print(f"{most.rate:8.1f} {load.rate:9.1f} {shares[-1][0]:6.2f} {times} {cost:>18}", flush=True)
    by_clock, by_processor = (statistics.median(share) for share in zip(*shares, strict=True))
    print(f"The service reaches {by_clock:.2f} of the limit by the clock, {by_processor:.2f} by processor time.")
    return 0


def _processor(parent: int) -> float:
    """Return the processor time in seconds that the workers of a service used so far."""
    workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    fields = [Path(f"/proc/{worker}/stat").read_text().rsplit(")", 1)[1].split() for worker in workers]
    return sum(int(user) + int(system) for *_, user, system in (line[:13] for line in fields)) / os.sysconf(
        "SC_CLK_TCK"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description="Compare the service to a loop.")
    parser.add_argument("image", nargs="?", type=Path, default=EXAMPLE, help="the image that is posted")
    parser.add_argument("--models", type=Path, default=Path("models"), help="the folder of published models")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=5)
    return parser


@contextmanager
def _service(models: Path, workers: int) -> Iterator[tuple[int, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    values = {"SERVICE_MODELS": str(models), "SERVICE_PORT": str(port), "SERVICE_WORKERS": str(workers)}
    command, quiet = [sys.executable, "-m", "service"], subprocess.DEVNULL
    process = subprocess.Popen(command, env={**os.environ, **values}, stdout=quiet, stderr=quiet)
    try:
        _wait(process, port)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("The service did not start. Run python -m service to see why.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The service did not start within a minute.")


if __name__ == "__main__":
    sys.exit(main())
