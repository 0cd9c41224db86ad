"""`--example question`: retell the question on the built-in faces, and try each answer on the same 35 and 10 images.

Every step trains on the 35 images, is watched on the 10, and asks the doctor what the curves mean. Ten images say
little about which remedy is best (the cross-validation of a normal run does that); they show what the asker saw.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

import doctor
from training import strategies
from training.diagnosis.diagnosing import diagnose_folds
from training.evaluation import scores
from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold
from training.problem.interface import Candidate, Curves, Problem
from training.problem.overrides import Overrides
from training.progress import Stages
from training.reading import dataset, example
from training.reading.dataset import label_array


@dataclass(frozen=True)
class Step:
    """One thing to try: what was said, which strategy it is, and what of its settings is changed."""

    title: str
    answer: str
    strategy: str
    overrides: Overrides = field(default_factory=Overrides)


STEPS = (
    Step(
        "The question",
        "36.8 million parameters trained from scratch on 35 images: what does the loss mean?",
        "question",
        Overrides(learning_rate=0.03, epochs=12),
    ),
    Step("A lower learning rate", "Lower the learning rate.", "question", Overrides(learning_rate=0.0001, epochs=12)),
    Step("A model of the data's size", "The model is far too large for so few images.", "scratch"),
    Step("Pre-trained on digits", "Pre-train on MNIST at 28 x 28, then train on your own images.", "mnist"),
    Step("An autoencoder", "Pre-train an autoencoder on your own images, labelled or not.", "autoencoder"),
    Step("Classical vision", "Try classical computer vision first.", "edges"),
    Step("Fine-tuning", "Use different learning rates in different parts of a pretrained network.", "finetune"),
    Step("Transfer learning", "Use a pretrained convolutional backend and a small dense head.", "pretrained"),
)


@dataclass(frozen=True)
class Told:
    """What came of a step: its curves, the doctor's diagnosis, and how it did on the 10 images."""

    step: Step
    curves: Curves
    diagnosis: doctor.Diagnosis
    parameters: int
    right: int
    log_loss: float
    images: int


def tell(stages: Stages, seed: int, steps: tuple[Step, ...] = STEPS) -> Iterator[Told]:
    """Run the steps one after the other; raises `TrainingError` where the example's images are not installed."""
    data = dataset.read(example.find())
    samples = data.samples
    n_train, n = len(data.train), len(samples)
    problem = Problem(
        samples=samples,
        labels=label_array(samples),
        groups=Groups.alone(n),
        folds=(Fold(0, 0, np.arange(n_train), np.arange(n_train, n)),),
        sample_weights=np.ones(n, np.float32),
        seed=seed,
    )
    for step in steps:
        with stages.stage(step.title):
            chosen = replace(problem, overrides=step.overrides)
            yield _try(step, strategies.load(step.strategy).candidates(chosen)[0])


def _try(step: Step, candidate: Candidate) -> Told:
    problem = candidate.problem
    evaluation = candidate.evaluate()
    watched = problem.folds[0].validation
    logits, labels = evaluation.logits[:, watched], problem.labels[watched]
    return Told(
        step,
        evaluation.curves[0],
        diagnose_folds(evaluation, problem.folds, problem.labels)[0],
        int(evaluation.settings["parameters"]),
        int(scores.hits(logits, labels).sum()),
        float(scores.log_losses(logits, labels).mean()),
        len(watched),
    )
