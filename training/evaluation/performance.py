"""What to expect of a model on new images, and whether that is more than guessing."""

import math
from dataclasses import dataclass

from training.evaluation.interval import Estimate

UNEQUAL = 0.6
"""Share of the more frequent class from which on the accuracy is no measure of what was learned by itself."""


@dataclass(frozen=True)
class Performance:
    """What to expect of the chosen candidate on new images of the same kind, each with a 95 % interval.

    Attributes:
        optimism: Of the accuracy, which the choice among the candidates brought and which was taken off.
        base_loss: Log loss of always giving the classes' shares in the training images, whatever the image.
        base_accuracy: Accuracy of always giving the more frequent class.
    """

    accuracy: Estimate
    auroc: Estimate
    log_loss: Estimate
    brier: Estimate
    optimism: float
    base_loss: float = math.log(2)
    base_accuracy: float = 0.5

    @property
    def guessing(self) -> bool:
        """Whether these images do not show the model to be better than guessing.

        So it is where the expected log loss is not below that of the classes' shares, or the interval of the accuracy
        holds what always giving one class gets. Where one class is rare that alone says little (Provost et al. 1998),
        and a ranking that is surely better than chance counts.
        """
        ranks = self.base_accuracy > UNEQUAL and self.auroc.low > 0.5
        return not self.log_loss.value < self.base_loss or (self.accuracy.low <= self.base_accuracy and not ranks)
