"""Hugging Face's Trainer: trainer_state.json, and what it prints."""

import contextlib

import torch
from transformers import EvalPrediction, Trainer, TrainingArguments

from benchmarks.doctor.logs.loop import EPOCHS, table, truth

torch.manual_seed(0)


class Model(torch.nn.Module):
    """One linear layer."""

    def __init__(self) -> None:
        """Make the layer."""
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return the loss and the logits."""
        logits = self.layer(x)
        return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}


def accuracy(found: EvalPrediction) -> dict[str, float]:
    return {"accuracy": float((found.predictions.argmax(-1) == found.label_ids).mean())}


x, y, x_val, y_val = table()
train = [{"x": torch.tensor(row), "labels": label} for row, label in zip(x, y, strict=True)]
validation = [{"x": torch.tensor(row), "labels": label} for row, label in zip(x_val, y_val, strict=True)]
settings = TrainingArguments(
    "out",
    num_train_epochs=EPOCHS,
    per_device_train_batch_size=16,
    learning_rate=0.1,
    eval_strategy="epoch",
    logging_strategy="epoch",
    save_strategy="no",
    report_to=[],
    use_cpu=True,
)
trainer = Trainer(Model(), settings, train_dataset=train, eval_dataset=validation, compute_metrics=accuracy)
with open("printed.txt", "w") as file, contextlib.redirect_stdout(file):
    trainer.train()
    trainer.evaluate()
trainer.save_state()
log = trainer.state.log_history
curves = {"loss": [row["loss"] for row in log if "loss" in row]}
for curve, name in (("val_loss", "eval_loss"), ("val_accuracy", "eval_accuracy")):
    curves[curve] = [row[name] for row in log if name in row][:EPOCHS]
printed = {curve: [float(f"{value:.4g}") for value in values] for curve, values in curves.items()}
truth(("out/trainer_state.json", curves), ("out", curves), ("printed.txt", printed))
