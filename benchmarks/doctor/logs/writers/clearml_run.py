"""ClearML: the metrics of an offline session."""

import pathlib

from clearml import Task

from benchmarks.doctor.logs.loop import curves, run, truth

Task.set_offline(offline_mode=True)
task = Task.init(project_name="p", task_name="t", auto_connect_frameworks=False, auto_resource_monitoring=False)
for step, row in enumerate(run()):
    for name, value in row.items():
        graph, curve = name.removeprefix("val_"), "val" if name.startswith("val_") else "train"
        task.get_logger().report_scalar(graph, curve, value, step)
task.flush(wait_for_uploads=True)
task.close()
(found,) = pathlib.Path.home().rglob("metrics.jsonl")
truth((found.relative_to(pathlib.Path.cwd()), curves()))
