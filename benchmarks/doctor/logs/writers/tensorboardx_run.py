"""tensorboardX: event files, and its export to JSON."""

from tensorboardX import SummaryWriter

from benchmarks.doctor.logs.loop import curves, run, truth

with SummaryWriter("board") as writer:
    for step, row in enumerate(run()):
        for name, value in row.items():
            owner = "val" if name.startswith("val_") else "train"
            writer.add_scalars(name.removeprefix("val_"), {owner: value}, step)
    writer.export_scalars_to_json("all.json")
truth(("board", curves()), ("all.json", curves()))
