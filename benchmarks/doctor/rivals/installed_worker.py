"""Runs inside the rivals' environment: reads epochs as JSON lines, writes the words of each verdict."""

from __future__ import annotations

import contextlib
import io
import json
import sys


def trainproof(epochs: list[dict[str, float | None]]) -> list[str]:
    """Judge one run by trainproof's checks on records."""
    from trainproof.epoch import check_records

    records = [
        {
            "step": row["epoch"],
            "loss": float("nan") if row["loss"] is None else row["loss"],
            "eval_loss": float("nan") if row["val_loss"] is None else row["val_loss"],
        }
        for row in epochs
    ]
    return [finding["id"] for finding in check_records(records)["findings"] if finding["level"] != "PASS"]


def training_doctor(epochs: list[dict[str, float | None]]) -> list[str]:
    """Judge one run by training-doctor's default detectors, an epoch standing for a step."""
    from training_doctor import Doctor

    doctor = Doctor()
    for row in epochs:
        known = {"loss": row["loss"], "eval_loss": row["val_loss"]}
        doctor.store.log(row["epoch"], **{name: value for name, value in known.items() if value is not None})
    return [diagnosis.problem for diagnosis in doctor.analyze()]


def main() -> None:
    judge = {"trainproof": trainproof, "training_doctor": training_doctor}[sys.argv[1]]
    for line in sys.stdin:
        with contextlib.redirect_stdout(io.StringIO()):
            words = judge(json.loads(line))
        print(json.dumps(sorted(set(words))))


if __name__ == "__main__":
    main()
