#!/usr/bin/env bash
# Stable-Baselines3 2.9.2 logs under train/loss of PPO the loss of the last minibatch alone, while train/value_loss,
# train/policy_gradient_loss and train/entropy_loss beside it are means over all minibatches of the update. So the first is not
# the sum of the others, weighted as in the objective: it can lie far off, and jumps from update to update.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'stable-baselines3==2.9.2' 'torch==2.13.0'
cd "$folder"
cat > look.py <<'PYTHON'
import csv
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
import stable_baselines3
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.logger import configure

torch.set_num_threads(1)
model = PPO("MlpPolicy", "CartPole-v1", n_steps=256, batch_size=32, n_epochs=2, seed=0, device="cpu")
model.set_logger(configure("log", ["csv"]))
last = []


def keeping(original=torch.nn.functional.mse_loss):
    """Keep the value loss of each minibatch, which PPO takes from torch's mse_loss."""

    def kept(ours, theirs, *more, **named):
        loss = original(ours, theirs, *more, **named)
        last.append(loss.item())
        return loss

    return kept


torch.nn.functional.mse_loss = keeping()
model.learn(1_024)
with open("log/progress.csv") as file:
    rows = [row for row in csv.DictReader(file) if row["train/loss"]]
each = 2 * 256 // 32
away = []
for number, row in enumerate(rows):
    value, policy, loss = (float(row[f"train/{name}"]) for name in ("value_loss", "policy_gradient_loss", "loss"))
    batches = last[number * each : (number + 1) * each]
    mean, final = sum(batches) / each, batches[-1]
    away.append((abs(value - mean) < 0.01 * mean, abs(loss - 0.5 * final) < 0.3, abs(loss - policy - 0.5 * value)))
    print(f"value_loss {value:.2f} (mean of {each} minibatches {mean:.2f}), loss {loss:.2f} (half of the last {final / 2:.2f})")
print("stable-baselines3", stable_baselines3.__version__, "rows", len(rows))
same = len(rows) >= 3 and all(mean and final for mean, final, _ in away) and max(off for *_, off in away) > 1
sys.exit(not same)
PYTHON
venv/bin/python look.py
