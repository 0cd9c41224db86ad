"""Says what a run turned out to be, by counterfactuals and not by its curves.

Fresh rows show overfitting and shift; training on shows what was unfinished; a lower rate shows which swings the
rate made; another network on the same rows shows what could have been learned. What lies between clear yes and
clear no goes to `tolerated`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from benchmarks.doctor.fitting import Run, guess_cost, score, start, train
from benchmarks.doctor.network import Settings
from benchmarks.doctor.plans import Data, Plan

REFERENCE = Settings(hidden=(32, 16), dropout=0.1, learning_rate=4e-3, batch_size=16, l2=1e-4)


@dataclass
class Truth:
    """The facts about one run that labels rest on; the expensive ones are found out when asked for."""

    plan: Plan
    run: Run
    data: Data
    seed: int

    @cached_property
    def guess(self) -> float:
        """Loss of answering the class frequencies of the training rows."""
        return guess_cost(self.plan.settings.head, self.data.train[1])

    @cached_property
    def common(self) -> float:
        """Accuracy of answering the common class on fresh rows."""
        if self.plan.settings.head not in ("binary", "classes"):
            return 0.0  # of the variance is explained by an answer that is one for all rows
        return float(np.unique(self.data.test[1], return_counts=True)[1].max() / len(self.data.test[1]))

    @cached_property
    def loss(self) -> npt.NDArray[np.float64]:
        """Training loss by epoch."""
        return np.array(self.run.seen["loss"], float)

    @cached_property
    def late(self) -> npt.NDArray[np.float64]:
        """Training loss in the later half."""
        return self.loss[len(self.loss) // 2 :]

    @cached_property
    def swing(self) -> float:
        """Epoch-to-epoch standard deviation of the late training loss, in units of guessing."""
        return float(np.sqrt(np.mean(np.diff(self.late) ** 2) / 2) / self.guess)

    @cached_property
    def fall(self) -> float:
        """How far training loss fell after the first few epochs, in units of guessing."""
        epochs = len(self.loss)
        early = self.loss[epochs // 8 : max(epochs // 8 + 1, epochs // 4)]
        return float(np.median(early) - np.median(self.loss[-max(3, epochs // 5) :])) / self.guess

    def end(self, values: list[float]) -> float:
        """Median of the last epochs of one of the run's hidden curves."""
        return float(np.median(values[-3:]))

    @cached_property
    def gap(self) -> float:
        """Accuracy on training rows minus accuracy on fresh ones, at the end."""
        return self.end(self.run.clean_accuracy) - self.end(self.run.test_accuracy)

    @cached_property
    def rise(self) -> float:
        """How far the loss on fresh rows lies above its minimum at the end, in units of guessing."""
        return (self.end(self.run.test_loss) - min(self.run.test_loss)) / self.guess

    @cached_property
    def shifted_loss_of_accuracy(self) -> float:
        """How much worse the model is on rows like the validation rows than on rows like the training rows."""
        return self.end(self.run.test_accuracy) - score(self.run.network, self.data.shifted_test)[1]

    @cached_property
    def reference(self) -> tuple[float, float]:
        """Accuracy and (least) loss on fresh rows that another network reaches on the same training rows."""
        rows = (self.data.train, self.data.validation, self.data.test)
        scaled = [(x / np.float32(self.plan.input_scale), y) for x, y in rows]
        epochs = int(np.clip(1500 * 16 / self.plan.n_train, 20, 60))
        settings = self.plan.settings
        batch = 16 if settings.head == "binary" or self.plan.n_train <= 250 else 32  # as good where there are many rows
        like = replace(REFERENCE, head=settings.head, outputs=settings.outputs, batch_size=batch)
        run = train(start(like, (scaled[0], scaled[1], scaled[2]), self.seed), epochs)
        accuracy = max(self.end(run.test_accuracy), float(np.median(run.test_accuracy[epochs // 3 :])))
        return accuracy, float(np.min(run.test_loss))

    @cached_property
    def sane_accuracy(self) -> float:
        """Accuracy on fresh rows of the same network, freshly started at a sane rate, regularisation kept."""
        settings = replace(
            self.plan.settings,
            optimizer="adam",
            learning_rate=4e-3,
            hidden_bias=0.0,
            output_bias=0.0,
            trainable=True,
            rows_per_epoch=None,
            clipped_loss=False,
        )
        rows = (self.data.train, self.data.validation, self.data.test)
        scaled = [(x / np.float32(self.plan.input_scale), y) for x, y in rows]
        run = train(start(settings, (scaled[0], scaled[1], scaled[2]), self.seed), 60)
        return float(np.median(run.test_accuracy[30:]))

    @cached_property
    def slower(self) -> Run:
        """The same run at a tenth of the rate, twice as long."""
        settings = replace(self.plan.settings, learning_rate=self.plan.settings.learning_rate / 10)
        rows = (self.data.train, self.data.validation, self.data.test)
        return train(start(settings, rows, self.seed), min(2 * len(self.loss), 120))

    @cached_property
    def gain(self) -> tuple[float, float]:
        """What three times the epochs bring on fresh rows: loss in units of guessing, and accuracy.

        Asking for it trains the run on, so everything about its end is taken first.
        """
        epochs = len(self.loss)
        loss, accuracy = self.end(self.run.test_loss), self.end(self.run.test_accuracy)
        _ = (self.gap, self.rise, self.shifted_loss_of_accuracy, self.outputs, self.rare_answers)
        train(self.run, min(2 * epochs, 150))
        later = self.run.test_loss[epochs:], self.run.test_accuracy[epochs:]
        return (loss - float(np.min(later[0]))) / self.guess, float(np.percentile(later[1], 80)) - accuracy

    @cached_property
    def outputs(self) -> float:
        """How far the answers for the validation rows differ at the end.

        Standard deviation of the probability, or of numbers in units of their own; of several classes the mean total
        variation distance from the mean answer, which many classes do not make small.
        """
        logits = self.run.network.logits(self.data.validation[0]).astype(float)
        head = self.plan.settings.head
        if head == "numbers":
            return float(np.std(logits, axis=0).max() / max(self.guess, 1e-9) ** 0.5)
        if head in ("classes", "tokens"):
            probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
            probabilities /= probabilities.sum(axis=1, keepdims=True)
            return float(np.abs(probabilities - probabilities.mean(axis=0)).sum(axis=1).mean() / 2)
        return float(np.std(1 / (1 + np.exp(-np.clip(logits, -50, 50))), axis=0).max())

    @cached_property
    def rare_answers(self) -> float:
        """Share of fresh rows for which another answer than the commonest is given."""
        logits = self.run.network.logits(self.data.test[0])
        if self.plan.settings.head not in ("binary", "classes"):
            return 1.0
        answers = logits > 0 if logits.ndim == 1 else logits.argmax(axis=1)
        return 1 - float(np.unique(answers, return_counts=True)[1].max() / len(answers))
