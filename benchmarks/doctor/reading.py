"""How fast the doctor reads: `python -m benchmarks.doctor.reading`.

Tables (of numbers, and with words beside them) and JSON lines of a million rows, printed logs of 8 MB, and a folder of
200 event files; each in a process of its own, so that its largest memory is its own. What other programs take from the
machine is in every time, so each is also given in the time in which Python's csv module parts the million rows of the
table, measured right before it.
"""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import resource
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import doctor
from doctor.readers.records import masked_crc32c

ROWS = 1_000_000
FILES, STEPS = 200, 1_000


def table(folder: Path) -> Path:
    """Write a million steps with their epoch."""
    path = folder / "metrics.csv"
    with path.open("w") as file:
        file.write("epoch,step,train_loss,val_loss\n")
        file.writelines(f"{n // 1000},{n},{1 / (1 + n / 1000):.5f},{1.1 / (1 + n / 1000):.5f}\n" for n in range(ROWS))
    return path


def words(folder: Path) -> Path:
    """Write a million steps with their epoch, and a word that says whose each is."""
    path = folder / "log.csv"
    with path.open("w") as file:
        file.write("epoch,step,phase,loss,accuracy\n")
        file.writelines(
            f"{n // 1000},{n},{'val' if n % 5 == 4 else 'train'},{1 / (1 + n / 1000):.5f},{0.5 + n / 2.5e6:.4f}\n"
            for n in range(ROWS)
        )
    return path


def lines(folder: Path) -> Path:
    """Write a million objects, one a line."""
    path = folder / "log.jsonl"
    with path.open("w") as file:
        file.writelines(json.dumps({"step": n, "loss": round(1 / (1 + n / 1000), 5)}) + "\n" for n in range(ROWS))
    return path


def loop(folder: Path) -> Path:
    """Write 8 MB of what a loop prints for each batch and each epoch."""

    def epoch(number: int) -> str:
        lines = [
            f"2026-01-02 10:00:{n:02},123 INFO Train Epoch: {number} [{64 * n}/3840 ({n / 0.6:.0f}%)]"
            f"\tLoss: {1 / (number + n / 60):.6f}\n"
            for n in range(60)
        ]
        closing = f"\nTest set: Average loss: {1 / number:.4f}, Accuracy: {9000 + number}/10000 (90%)\n\n"
        return "".join(lines) + closing

    return _printed(folder, epoch)


def bars(folder: Path) -> Path:
    """Write 8 MB of bars, each state behind a carriage return."""

    def epoch(number: int) -> str:
        states = [
            f"\rEpoch {number}: {n}%|{'#' * (n // 10):10}| {n}/100 [00:01<00:02, 35.2it/s, "
            f"loss={1 / (number + n / 100):.4f}, v_num=3]"
            for n in range(1, 101)
        ]
        return "".join(states) + "\n"

    return _printed(folder, epoch)


def _printed(folder: Path, epoch: Callable[[int], str]) -> Path:
    path, size, number = folder / "printed.txt", 0, 0
    with path.open("w") as file:
        while size < 8 * 2**20:
            number += 1
            size += file.write(epoch(number))
    return path


def _yardstick() -> float:
    """Return the seconds of processor time in which the csv module parts a million rows."""
    values = (1 / (1 + n / 1000) for n in range(ROWS))
    text = io.StringIO("".join(f"{n // 1000},{n},{value:.5f},{1.1 * value:.5f}\n" for n, value in enumerate(values)))
    used = time.process_time()
    for _ in csv.reader(text):
        pass
    return time.process_time() - used


def events(folder: Path) -> Path:
    """Write a folder of event files as a run leaves that was resumed again and again."""
    for number in range(FILES):
        first = number * STEPS
        data = b"".join(map(_record, _scalars(first)))
        (folder / f"events.out.tfevents.{number:04}.host").write_bytes(data)
    return folder


def measure(name: str, write: Callable[[Path], Path]) -> None:
    """Write a log, read it, and print the time and the memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder))
        unit = _yardstick()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, used = time.perf_counter(), time.process_time()
        run = doctor.read_run(path)
        seconds, processor = time.perf_counter() - started, time.process_time() - used
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"{name:14} {len(run):9,} points  {seconds:5.2f} s  {processor:5.2f} s of processor "
            f"({processor / unit:4.1f} times the csv module's million rows)  {grown:6.0f} MB more"
        )


def _scalars(first: int) -> Iterator[bytes]:
    for step in range(first, first + STEPS):
        value = b"\x0a\x04loss\x15" + struct.pack("<f", 1 / (1 + step / 1000))
        summary = b"\x0a" + bytes([len(value)]) + value
        yield b"\x10" + _varint(step) + b"\x2a" + bytes([len(summary)]) + summary


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _record(payload: bytes) -> bytes:
    length = struct.pack("<Q", len(payload))
    return length + struct.pack("<I", masked_crc32c(length)) + payload + struct.pack("<I", masked_crc32c(payload))


def main() -> None:
    """Measure each kind of log."""
    for name, write in (
        ("table", table),
        ("with words", words),
        ("JSON lines", lines),
        ("loop, 8 MB", loop),
        ("bars, 8 MB", bars),
        ("event files", events),
    ):
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(name, write))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
