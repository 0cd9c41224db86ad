"""One training run, from top to bottom: gather, evaluate, choose, fit, calibrate, decide, check, export, publish."""

import dataclasses
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact import golden, publishing, store
from artifact.card import Card
from artifact.report import estimate, reading
from artifact.report.comparison import COMPARISON
from artifact.report.section import Report
from training import checks, contest, engines, more_images, restricting, second_reading, sections, strategies
from training.backbone.cache import Cache
from training.checks import NotRun, Result, Subject
from training.diagnosis.diagnosing import Diagnosed, diagnose_final
from training.evaluation import novelty
from training.evaluation.deciding import decide
from training.evaluation.thresholds import choose_threshold, first_of_each
from training.finished import Finished, Run
from training.fitting.one_thread import one_thread_for
from training.gathering import Gathered, gather
from training.output import (
    carding,
    comparison,
    modelcard,
    recording,
    rematch,
    report_page,
    succession,
    target,
)
from training.output.export import export
from training.output.verifying import Scorer, verify
from training.pixels import features_of
from training.problem.interface import Problem
from training.progress import Stages
from training.reading import telling
from training.settings import Settings

COMPARED = 400
"""Images of training and of test, at most, that are compared with each other; evenly drawn, as files come by class."""


@dataclass(frozen=True)
class Outcome:
    """What a run published.

    Attributes:
        card: The card of the version.
        report: What it says.
        unchanged: Whether the very same version had been published before, so that nothing was written.
        why_not_served: Why what was served is served still, with `{version}` for the new one; None where it is served.
    """

    card: Card
    report: Report
    unchanged: bool
    why_not_served: str | None

    @property
    def document(self) -> dict[str, Any]:
        """The object of `report.json`, but for the model's name and version."""
        return reading.write(self.report)


def train(settings: Settings, stages: Stages) -> Outcome:
    """Train a classifier and publish it.

    Raises:
        TrainingError: The images or the settings do not allow it; nothing is published.
        artifact.errors.ArtifactError: The models folder refuses; what was published before is untouched.
    """
    target.check(settings)
    if settings.own_backbone is not None:
        from training.backbone import own  # here, as it takes a second to import

        own.read(settings.own_backbone)  # what cannot be used is refused before the work
    gathered = gather(settings, stages)
    with one_thread_for(len(gathered.dataset.samples)):
        return _train(settings, gathered, stages)


def _train(settings: Settings, gathered: Gathered, stages: Stages) -> Outcome:
    run = _fit(settings, gathered, stages)
    candidate = run.contest.winner.candidate
    with stages.stage("Exporting to ONNX and comparing"):
        model = export(run.fitted.network, run.novelty)
        spec = dataclasses.replace(candidate.spec, reading=gathered.dataset.reading)
        scorer = Scorer(model, spec)
        difference = verify(scorer, run.fitted.network, run.novelty, spec, gathered.dataset.train)
    samples = gathered.dataset.samples
    guessing = run.contest.performance.guessing
    card = carding.describe(settings, gathered, candidate, run.fitted, run.rules, run.novelty, guessing)
    with stages.stage("Scoring every image as the service will", len(samples)) as advance:
        recorded = recording.record(scorer, gathered, card, advance)
    with stages.stage("Comparing with the version that is served") if run.before else nullcontext():
        match = rematch.play(settings, gathered, card, run.contest.winner.scored.logits, recorded)
    with stages.stage("Measuring what more images would bring"):
        more = more_images.measure(run.contest, run.fitted, gathered, stages.is_beyond(settings.time_limit))
    with stages.stage("Writing the report"):
        found, not_run = _check(run)
        told = sections.put_together(Finished(run, card, difference, recorded, found, not_run, match, more))
    with stages.stage("Publishing"):
        cases = golden.record(scorer.score)
        curves = run.contest.winner.evaluation.curves
        extras = {
            "comparison.svg": comparison.plot(told.rows(COMPARISON)).encode(),
            store.PAGE_FILE: report_page.render(told, card.name, curves, run.fitted.curves, run.diagnosed.final),
        }
        origin = strategies.load_maker(card.strategy).ORIGIN
        bundle = publishing.Bundle(
            card, model, reading.write(told), modelcard.render(card, told, origin), cases, extras
        )
        versions = store.versions(settings.models, settings.name)
        worse = succession.why_not(settings, run.before, told.get(estimate.ESTIMATE) or estimate.Estimate(), match)
        published = publishing.publish(settings.models, bundle, serve=worse is None)
    return Outcome(published, told, published.version in versions, worse)


def _check(run: Run) -> tuple[list[Result], list[NotRun]]:
    """Look at the data, and at what an unsure clue would change."""
    gathered = run.gathered
    compared = (_thin_out(gathered.dataset.train_groups), _thin_out(gathered.dataset.test_groups))
    results, not_run = checks.run(Subject(gathered.dataset, run.features, run.settings.seed, compared))
    return [*second_reading.warn(run.doubted, run.contest, gathered.dataset), *results], not_run


def _fit(settings: Settings, gathered: Gathered, stages: Stages) -> Run:
    before = succession.served(settings.models, settings.name)
    if not settings.replace:
        succession.refuse_other_classes(before, gathered.dataset.classes)
    if settings.source is not None:
        stages.say(telling.describe(gathered.dataset, gathered.layout))
    # what the number of images forbids to promise is refused here, and not after the work
    labels, groups = gathered.labels, gathered.dataset.train_groups
    rows = first_of_each(groups.numbers, labels)
    choose_threshold(np.zeros(len(rows)), labels[rows], settings.costs, groups[rows])
    problem = make_problem(settings, gathered)
    held = contest.hold(settings.strategies, problem, stages, settings.mend, engines.load(settings))
    priced: list[comparison.Priced] = []
    if settings.compare or settings.budget:
        with stages.stage("Exporting every candidate to measure its cost"):
            priced = comparison.price(held)
        held = held.with_costs([one.cost for one in priced])
    if settings.budget:
        held = restricting.restrict(held, settings.budget, problem)
    evaluation = held.winner.evaluation
    with stages.stage(f"Fitting {held.winner.name} on all images"):
        fitted = (priced[held.chosen].fitted if priced else None) or held.winner.candidate.finish()
        features = fitted.features
        if features is None:
            features = features_of(fitted.network, gathered.dataset.train)
        asked = features_of(fitted.network, _thin_out(gathered.dataset.test))
    rules = decide(evaluation.logits, labels, groups, settings.costs, settings.error_rate)
    with stages.stage("Diagnosing the loss curves"):
        diagnosed = Diagnosed(held.winner.mended.diagnoses, diagnose_final(fitted, gathered.labels))
    with stages.stage("Estimating under the other reading") if gathered.dataset.doubt else nullcontext():
        doubted = second_reading.read(held, gathered.dataset, settings)
    compared = (_thin_out(features), asked)
    unlike = novelty.fit(features, gathered.dataset.train_groups) if fitted.knows_kinds else None
    return Run(settings, gathered, before, held, fitted, rules, unlike, compared, diagnosed, doubted)


def _thin_out(rows: Any) -> Any:
    """Return at most `COMPARED` of the rows of a sequence or an array, at equal steps."""
    return rows[:: max(1, -(-len(rows) // COMPARED))]


def make_problem(settings: Settings, gathered: Gathered) -> Problem:
    """Return what the strategies are given."""
    return Problem(
        samples=gathered.dataset.train,
        labels=gathered.labels,
        groups=gathered.dataset.train_groups,
        folds=gathered.folds,
        sample_weights=_weights(gathered.labels, settings.balanced),
        seed=settings.seed,
        overrides=settings.overrides,
        invariant=settings.invariant,
        unlabelled=gathered.unlabelled,
        backbone=settings.backbone,
        own_backbone=settings.own_backbone,
        cache=None if settings.cache is None else Cache(settings.cache),
    )


def _weights(labels: NDArray[np.int64], balanced: bool) -> NDArray[np.float32]:
    """Return the weight of each image in the loss, of mean 1; `balanced` gives both classes the same in all."""
    if not balanced:
        return np.ones(len(labels), np.float32)
    return (len(labels) / (2 * np.bincount(labels))[labels]).astype(np.float32)
