#!/usr/bin/env bash
# MMEngine 0.10.7, training by iterations with the logger's defaults: every validation is written to scalars.json at step 0,
# since it is counted in epochs, of which there are none. Training stands at steps 1 to 8 in the same file, so a reader that
# joins by step sees one validation before training began; which iteration each belongs to is told by the order of the lines
# only. With `log_metric_by_epoch=False` they stand at the iteration.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'mmengine-lite==0.10.7' 'setuptools==80.9.0' \
    'opencv-python-headless==5.0.0.93' 'matplotlib==3.11.2'
cat > "$folder/look.py" <<'PYTHON'
import glob
import json
import sys

import mmengine
import torch
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.runner import Runner


class Model(BaseModel):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def forward(self, *inputs, mode="tensor"):
        return {"loss": self.layer(torch.stack(inputs)).square().mean()} if mode == "loss" else list(inputs)


class Metric(BaseMetric):
    def process(self, batch, samples):
        self.results.append(1)

    def compute_metrics(self, results):
        return {"measured": float(len(results))}


def steps(by_epoch):
    name = f"by_{by_epoch}"
    loader = {"batch_size": 2, "dataset": [torch.ones(1)] * 4, "sampler": {"type": "DefaultSampler", "shuffle": False}}
    Runner(
        Model(), name, loader, loader, train_cfg={"by_epoch": False, "max_iters": 8, "val_interval": 2}, val_cfg={},
        val_evaluator=[Metric()], optim_wrapper={"optimizer": {"type": "SGD", "lr": 0.1}},
        default_hooks={"logger": {"type": "LoggerHook", "interval": 1, **by_epoch}}, log_processor={"by_epoch": False},
        experiment_name=str(len(by_epoch)),
    ).train()
    lines = [json.loads(line) for line in open(glob.glob(f"{glob.escape(name)}/*/vis_data/scalars.json")[0])]
    return [line["step"] for line in lines if "loss" in line], [line["step"] for line in lines if "measured" in line]


sys.stdout, shown = open("printed.txt", "w"), sys.stdout
default, told = steps({}), steps({"log_metric_by_epoch": False})
sys.stdout = shown
print("mmengine", mmengine.__version__)
print("training stands at steps", default[0])
print("validation, by default", default[1], "with log_metric_by_epoch=False", told[1])
sys.exit(default != ([1, 2, 3, 4, 5, 6, 7, 8], [0, 0, 0, 0]) or told[1] != [2, 4, 6, 8])
PYTHON
cd "$folder" && "$folder/venv/bin/python" "$folder/look.py"
