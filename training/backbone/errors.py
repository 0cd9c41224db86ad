"""What can go wrong while a backbone is found, read, built or run."""

from training.errors import TrainingError


class BackboneError(TrainingError):
    """A backbone cannot be had as asked; the message says what to do about it."""


class WeightsMissingError(BackboneError):
    """The pretrained weights are not on this machine."""


class WeightsUnsafeError(BackboneError):
    """A weights file is not the published one, or is not a plain collection of tensors."""
