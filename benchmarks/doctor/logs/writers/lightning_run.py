"""Lightning: CSVLogger and TensorBoardLogger, logging by step and by epoch, with an evaluation after training."""

import lightning
import torch
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.doctor.logs.loop import EPOCHS, table, truth

torch.manual_seed(0)
x, y, x_val, y_val = (torch.tensor(part, dtype=torch.float32) for part in table())
curves: dict[str, list[float]] = {"loss": [], "val_loss": [], "val_accuracy": []}


class Model(lightning.LightningModule):
    """One linear layer; the names are Lightning's own."""

    def __init__(self) -> None:
        """Make the layer."""
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)

    def training_step(self, batch: list[torch.Tensor], index: int) -> torch.Tensor:
        """Log the loss of the batch and of the epoch."""
        loss = cross_entropy(self.layer(batch[0])[:, 0], batch[1])
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss

    def validation_step(self, batch: list[torch.Tensor], index: int) -> None:
        """Log loss and accuracy."""
        logits = self.layer(batch[0])[:, 0]
        self.log("val_loss", cross_entropy(logits, batch[1]))
        self.log("val_acc", ((logits > 0) == batch[1].bool()).float().mean())

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return plain gradient descent."""
        return torch.optim.SGD(self.parameters(), 0.3)


class Truth(lightning.Callback):
    """Keeps what Lightning says of each epoch."""

    def on_train_epoch_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Take the epoch's values."""
        for curve, name in (("loss", "train_loss_epoch"), ("val_loss", "val_loss"), ("val_accuracy", "val_acc")):
            curves[curve].append(float(trainer.callback_metrics[name]))


train, validation = DataLoader(TensorDataset(x, y), 16), DataLoader(TensorDataset(x_val, y_val), 32)
trainer = lightning.Trainer(
    max_epochs=EPOCHS,
    logger=[CSVLogger(".", "csv"), TensorBoardLogger(".", "board")],
    log_every_n_steps=1,
    accelerator="cpu",
    callbacks=[Truth()],
)
model = Model()
trainer.fit(model, train, validation)
trainer.validate(model, validation)
truth(("csv/version_0/metrics.csv", curves), ("csv/version_0", curves), ("board/version_0", curves))
