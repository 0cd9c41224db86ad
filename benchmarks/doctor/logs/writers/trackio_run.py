"""trackio: its database, and the folder of it."""

import pathlib

import trackio

from benchmarks.doctor.logs.loop import curves, run, truth

trackio.init(project="p", name="fox", embed=False)
for row in run():
    trackio.log({name if name.startswith("val_") else f"train/{name}": value for name, value in row.items()})
trackio.finish()
(found,) = pathlib.Path("trackio").glob("p.db")
truth((found, curves()), ("trackio", curves()))
