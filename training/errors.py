"""The one error that training shows to a user."""


class TrainingError(Exception):
    """Training cannot go on; the message says what happened, what was expected, and how to mend it."""


class DivergedError(TrainingError):
    """The loss or the weights became infinite: the learning rate is too high for these images."""
