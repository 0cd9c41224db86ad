"""Paddle: what VisualDL writes."""

import pathlib

from visualdl import LogWriter

from benchmarks.doctor.logs.loop import curves, run, truth

with LogWriter("board") as writer:
    for step, row in enumerate(run()):
        for name, value in row.items():
            owner = "eval" if name.startswith("val_") else "train"
            writer.add_scalar(f"{owner}/{name.removeprefix('val_')}", value, step)
(found,) = pathlib.Path("board").glob("vdlrecords.*.log")
truth(("board", curves()), (found, curves()))
