"""`python -m benchmarks.batch [IMAGE] [--models FOLDER] [--images N] [--workers 1 2 ...] [--engines local ray]`.

The rate is that between the first finished part and the last, so that starting processes, which a long job does once,
does not count; the start is given beside it. Processor time is that of all processes below, the start included; it is
left out for Ray, whose processes are not all below this one.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "service" / "static" / "example.jpg"
_PART = 25


@dataclass(frozen=True)
class Measured:
    """One run: images a second, seconds until the first part, processor seconds, and bytes written for an image."""

    rate: float
    start: float
    processor: float
    bytes: float


def main() -> int:
    """Measure each engine with each number of workers, and print a row for each."""
    chosen = _parser().parse_args()
    size = chosen.image.stat().st_size
    print(f"{chosen.images} images of {size:,} bytes, {os.cpu_count()} cores")
    print(f"{'engine':>6} {'workers':>7} {'images/s':>9} {'ratio':>6} {'start s':>8} {'core ms':>13} {'bytes out':>10}")
    first: float | None = None
    for engine in chosen.engines:
        for workers in chosen.workers:
            found = _measure(chosen, engine, workers)
            first = first or found.rate
            processor = f"{1e3 * found.processor:.1f}" if engine == "local" else "-"
            shown = f"{found.rate:9.1f} {found.rate / first:6.2f} {found.start:8.1f} {processor:>13}"
            print(f"{engine:>6} {workers:7} {shown} {found.bytes:10.0f}", flush=True)
    return 0


def _measure(chosen: argparse.Namespace, engine: str, workers: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        images, output = Path(folder) / "images", Path(folder) / "out"
        images.mkdir()
        (Path(folder) / "one.jpg").write_bytes(chosen.image.read_bytes())
        for number in range(chosen.images):
            (images / f"{number:06d}.jpg").hardlink_to(Path(folder) / "one.jpg")
        command = [sys.executable, "-m", "service.batch", str(images), str(output), "--models", str(chosen.models)]
        command += ["--engine", engine, "--workers", str(workers), "--part-size", str(_PART)]
        before, begun = _processor(), time.time()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        parts = [path.stat() for path in (output / "parts").iterdir()]
        times = sorted(part.st_mtime for part in parts)
        return Measured(
            rate=(chosen.images - _PART) / (times[-1] - times[0]),
            start=times[0] - begun,
            processor=(_processor() - before) / chosen.images,
            bytes=sum(part.st_size for part in parts) / chosen.images,
        )


def _processor() -> float:
    """Return the processor seconds of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description="Measure batches against workers.")
    parser.add_argument("image", nargs="?", type=Path, default=EXAMPLE, help="the image that is scored again and again")
    parser.add_argument("--models", type=Path, default=Path("models"), help="the folder of published models")
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--engines", nargs="+", choices=("local", "ray"), default=["local", "ray"])
    return parser


if __name__ == "__main__":
    sys.exit(main())
