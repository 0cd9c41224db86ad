"""Sacred: the folder of a FileStorageObserver."""

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

from benchmarks.doctor.logs.loop import curves, run, truth

experiment = Experiment("e", save_git_info=False)
experiment.observers.append(FileStorageObserver("runs"))


@experiment.main  # type: ignore[untyped-decorator]  # Sacred is not installed where types are checked
def main(_run: Run) -> None:
    for step, row in enumerate(run()):
        for name, value in row.items():
            owner = "val" if name.startswith("val_") else "training"
            _run.log_scalar(f"{owner}.{name.removeprefix('val_')}", value, step)


experiment.run(options={"--capture": "no"})
truth(("runs/1", curves()), ("runs/1/metrics.json", curves()))
