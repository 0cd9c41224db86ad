"""skorch: the history as JSON, and the table that it prints."""

import contextlib

import numpy
import torch
from skorch import NeuralNetClassifier
from skorch.helper import predefined_split
from torch.utils.data import TensorDataset

from benchmarks.doctor.logs.loop import EPOCHS, table, truth

torch.manual_seed(0)
x, y, x_val, y_val = map(numpy.array, table())
held_out = TensorDataset(torch.tensor(x_val, dtype=torch.float32), torch.tensor(y_val))
net = NeuralNetClassifier(
    torch.nn.Linear(4, 2),
    criterion=torch.nn.CrossEntropyLoss,
    max_epochs=EPOCHS,
    lr=0.3,
    batch_size=16,
    train_split=predefined_split(held_out),
)
with open("printed.txt", "w") as file, contextlib.redirect_stdout(file):
    net.fit(x.astype("float32"), y)
net.history.to_file("history.json")
names = {"loss": "train_loss", "val_loss": "valid_loss", "val_accuracy": "valid_acc"}
curves = {curve: [float(value) for value in net.history[:, name]] for curve, name in names.items()}
printed = {curve: [round(value, 4) for value in values] for curve, values in curves.items()}
truth(("history.json", curves), ("printed.txt", printed))
