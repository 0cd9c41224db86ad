"""Weights & Biases: an offline run."""

import pathlib

import wandb

from benchmarks.doctor.logs.loop import curves, run, truth

active = wandb.init(project="p", dir=".")
for row in run():
    active.log({name if name.startswith("val_") else f"train/{name}": value for name, value in row.items()})
active.finish()
(found,) = pathlib.Path("wandb").rglob("run-*.wandb")
truth((found, curves()), (found.parent, curves()))
