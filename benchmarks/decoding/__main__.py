"""`python -m benchmarks.decoding [COMMIT]`: the time to decode JPEG and PNG, as a ratio to an older commit.

Each build decodes in a process of its own; the two take turns on the same files, so that whatever else the machine does
falls on both. The ratio is the median over the pairs, with its interquartile range; processor time is what counts.
"""

import argparse
import io
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from benchmarks.serving import pictures

ROOT = Path(__file__).parents[2]
BEFORE = "b28b924"
"""The build before formats had a table."""
SIZES = [(500, 375), (1600, 1200)]

WORKER = """
import sys, time
from artifact import image
from artifact.card import ImageSpec
files = [open(path, "rb").read() for path in sys.argv[1:]]
spec = ImageSpec(224, 224, fit="crop", keep=0.875)
for line in sys.stdin:
    which, times = map(int, line.split())
    start = time.process_time()
    for _ in range(times):
        image.load(files[which], spec)
    print(time.process_time() - start, flush=True)
"""


class Worker:
    """A process that decodes with the package `artifact` of one tree."""

    def __init__(self, tree: Path, files: list[Path]) -> None:
        """Start the process."""
        command = [sys.executable, "-c", WORKER, *map(str, files)]
        self._process = subprocess.Popen(command, cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, which: int, times: int) -> float:
        """Return the processor time of decoding one of the files some times."""
        assert self._process.stdin
        assert self._process.stdout
        print(which, times, file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        self._process.communicate()


def main() -> None:
    """Check the older commit out beside this one, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", nargs="?", default=BEFORE, help="to compare with (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=60, help="turns of each build on each file (default: %(default)s)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        older = Path(scratch) / "older"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", older, asked.commit], cwd=ROOT, check=True)
        try:
            compare(older, write(Path(scratch)), asked.pairs)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", older], cwd=ROOT, check=True)


def write(folder: Path) -> list[Path]:
    """Write a photograph as JPEG and PNG of two sizes."""
    files = []
    for size in SIZES:
        made = pictures.make(size).file
        for file_format in ("JPEG", "PNG"):
            path = folder / f"{size[0]}x{size[1]}.{file_format.lower()}"
            if file_format == "JPEG":
                path.write_bytes(made)
            else:
                Image.open(io.BytesIO(made)).save(path)
            files.append(path)
    return files


def compare(older: Path, files: list[Path], pairs: int) -> None:
    """Print the ratio of this build's time to the older one's for each file."""
    before, now = Worker(older, files), Worker(ROOT, files)
    for which in range(len(files)):  # the largest first, so that both keep the memory that they freed
        for worker in (before, now):
            worker.seconds(len(files) - 1 - which, 3)
    print("| file | before, ms | ratio | quartiles |\n| --- | --- | --- | --- |")
    for which, path in enumerate(files):
        times = max(1, round(0.05 / max(now.seconds(which, 1), 1e-4)))
        ratios, milliseconds = [], []
        for number in range(pairs):
            first, second = (before, now) if number % 2 else (now, before)
            taken = {first: first.seconds(which, times), second: second.seconds(which, times)}
            ratios.append(taken[now] / taken[before])
            milliseconds.append(1000 * taken[before] / times)
        low, middle, high = statistics.quantiles(ratios, n=4)
        time = statistics.median(milliseconds)
        print(f"| {path.name} | {time:.2f} | {middle:.3f} | {low:.3f} to {high:.3f} |", flush=True)
    before.stop()
    now.stop()


if __name__ == "__main__":
    main()
