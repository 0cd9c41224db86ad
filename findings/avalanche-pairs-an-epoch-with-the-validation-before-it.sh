#!/usr/bin/env bash
# Avalanche 0.6.0's CSVLogger writes in the row of an epoch the validation that was measured before that epoch: the first
# row holds that of the untrained network, and the one after the last epoch is in no row. Its TextLogger prints the same
# evaluations in the order in which they were made. So validation seems to lag by one epoch: better than it is where
# it rises, worse where it falls.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.14.1' 'torchvision==0.29.1' 'avalanche-lib==0.6.0'
cd "$folder"
cat > look.py <<'PYTHON'
import csv
import io
import re
import sys
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")
import torch
from avalanche.benchmarks import benchmark_from_datasets
from avalanche.benchmarks.utils import as_classification_dataset
from avalanche.evaluation.metrics import loss_metrics
from avalanche.logging import CSVLogger, TextLogger
from avalanche.training import Naive
from avalanche.training.plugins import EvaluationPlugin

torch.manual_seed(0)
x = torch.randn(96, 4)
y = (x[:, 0] > 0).long()


class Rows(torch.utils.data.Dataset):
    def __init__(self, first, last):
        self.rows, self.targets = x[first:last], y[first:last].tolist()

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, place):
        return self.rows[place], self.targets[place]


train, test = as_classification_dataset(Rows(0, 64)), as_classification_dataset(Rows(64, 96))
benchmark = benchmark_from_datasets(train=[train], test=[test])
network, text = torch.nn.Linear(4, 2), io.StringIO()
evaluator = EvaluationPlugin(
    loss_metrics(epoch=True, experience=True, stream=True), loggers=[CSVLogger("csv"), TextLogger(text)]
)
strategy = Naive(
    model=network, optimizer=torch.optim.SGD(network.parameters(), 0.5), criterion=torch.nn.CrossEntropyLoss(),
    train_mb_size=16, train_epochs=4, eval_mb_size=32, evaluator=evaluator, eval_every=1,
)
with torch.no_grad():
    untrained = round(float(torch.nn.functional.cross_entropy(network(x[64:]), y[64:])), 4)
strategy.train(benchmark.train_stream[0], eval_streams=[benchmark.test_stream])
with torch.no_grad():
    trained = round(float(torch.nn.functional.cross_entropy(network(x[64:]), y[64:])), 4)
evaluator.loggers[0].close()
with open("csv/training_results.csv") as file:
    written = [float(row["val_loss"]) for row in csv.DictReader(file)]
made = [float(value) for value in re.findall(r"Loss_Stream/eval_phase/test_stream = ([\d.]+)", text.getvalue())]
print("avalanche-lib", version("avalanche-lib"))
print("validation loss, untrained:", untrained, "after the last epoch:", trained)
print("in the rows of epochs 0 to 3:", written)
print("evaluations as they were printed:", made)
sys.exit(not (abs(written[0] - untrained) < 1e-3 and trained not in written and abs(made[-1] - trained) < 1e-3))
PYTHON
venv/bin/python look.py
