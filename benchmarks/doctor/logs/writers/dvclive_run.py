"""DVCLive: its folder."""

from dvclive import Live

from benchmarks.doctor.logs.loop import curves, run, truth

with Live("dvclive", save_dvc_exp=False, report=None) as live:
    for row in run():
        for name, value in row.items():
            owner = "val" if name.startswith("val_") else "train"
            live.log_metric(f"{owner}/{name.removeprefix('val_')}", value)
        live.next_step()
truth(("dvclive", curves()))
