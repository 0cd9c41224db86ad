"""One training run, from top to bottom: gather, evaluate, choose, fit, calibrate, decide, check, export, publish."""

import dataclasses
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact import golden, publishing, store
from artifact.card import Card
from artifact.report import verdict
from artifact.report.version import SCHEMA_VERSION
from training import checks, contest, engines, more_images, restricting, second_reading, strategies
from training.backbone.cache import Cache
from training.checks import Subject
from training.contest import Contest
from training.diagnosis.diagnosing import Diagnosed, diagnose_final
from training.evaluation import novelty
from training.evaluation.deciding import Rules, decide, section
from training.evaluation.novelty import Novelty
from training.evaluation.thresholds import choose_threshold, first_of_each
from training.gathering import Gathered, gather
from training.output import (
    carding,
    comparison,
    looking,
    mistakes,
    modelcard,
    promise,
    rematch,
    report,
    report_page,
    succession,
    target,
)
from training.output.export import export
from training.output.recording import Recorded, record
from training.output.verifying import TOLERANCE, Scorer, verify
from training.pixels import features_of
from training.problem.interface import Fitted, Problem
from training.progress import Stages
from training.reading import telling
from training.second_reading import SecondReading
from training.settings import Settings

COMPARED = 400
"""Images of training and of test, at most, that are compared with each other; evenly drawn, as files come by class."""


@dataclass(frozen=True)
class Outcome:
    """What a run published.

    Attributes:
        card: The card of the version.
        report: The report as it was written.
        unchanged: Whether the very same version had been published before, so that nothing was written.
        why_not_served: Why what was served is served still, with `{version}` for the new one; None where it is served.
    """

    card: Card
    report: dict[str, Any]
    unchanged: bool
    why_not_served: str | None


@dataclass(frozen=True)
class _Run:
    """The results of the stages so far; each is made once and read by the report."""

    settings: Settings
    gathered: Gathered
    before: succession.Served | None
    contest: Contest
    fitted: Fitted
    rules: Rules
    novelty: Novelty | None
    features: tuple[NDArray[np.float32], NDArray[np.float32]]
    diagnosed: Diagnosed
    doubted: SecondReading | None

    @property
    def labels(self) -> NDArray[np.int64]:
        return self.gathered.labels


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
    run = _fit(settings, stages)
    candidate = run.contest.winner.candidate
    with stages.stage("Exporting to ONNX and comparing"):
        model = export(run.fitted.network, run.novelty)
        spec = dataclasses.replace(candidate.spec, reading=run.gathered.dataset.reading)
        scorer = Scorer(model, spec)
        difference = verify(scorer, run.fitted.network, run.novelty, spec, run.gathered.dataset.train)
    samples = run.gathered.dataset.samples
    guessing = run.contest.performance.guessing
    card = carding.describe(settings, run.gathered, candidate, run.fitted, run.rules, run.novelty, guessing)
    with stages.stage("Scoring every image as the service will", len(samples)) as advance:
        recorded = record(scorer, run.gathered, card, advance)
    with stages.stage("Comparing with the version that is served") if run.before else nullcontext():
        match = rematch.play(settings, run.gathered, card, run.contest.winner.scored.logits, recorded)
    with stages.stage("Measuring what more images would bring"):
        more = more_images.measure(run.contest, run.fitted, run.gathered, stages.is_beyond(settings.time_limit))
    with stages.stage("Writing the report"):
        document = _report(run, card, recorded, difference) | {"than_before": match and match.to_json()}
        document["more_images"] = more_images.section(more, document)
    with stages.stage("Publishing"):
        cases = golden.record(scorer.score)
        curves = run.contest.winner.evaluation.curves
        extras = {
            "comparison.svg": comparison.plot(document["comparison"]).encode(),
            store.PAGE_FILE: report_page.render(document, card.name, curves, run.fitted.curves, run.diagnosed.final),
        }
        origin = strategies.load_maker(card.strategy).ORIGIN
        bundle = publishing.Bundle(card, model, document, modelcard.render(card, document, origin), cases, extras)
        versions = store.versions(settings.models, settings.name)
        worse = succession.why_not(settings, run.before, document["estimate"], match)
        published = publishing.publish(settings.models, bundle, serve=worse is None)
    return Outcome(published, document, published.version in versions, worse)


def _fit(settings: Settings, stages: Stages) -> _Run:
    gathered = gather(settings, stages)
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
    return _Run(settings, gathered, before, held, fitted, rules, unlike, compared, diagnosed, doubted)


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


def _report(run: _Run, card: Card, recorded: Recorded, difference: float) -> dict[str, Any]:
    """Put the sections together, in the order in which a reader wants them."""
    gathered, held = run.gathered, run.contest
    evaluation, scored = held.winner.evaluation, held.winner.scored
    results, not_run = checks.run(
        Subject(
            gathered.dataset,
            run.features,
            run.settings.seed,
            (_thin_out(gathered.dataset.train_groups), _thin_out(gathered.dataset.test_groups)),
        )
    )
    looks = looking.choose(gathered.dataset.train, scored.logits, card.classes, run.novelty)
    sections = {
        "classes": {"negative": card.classes.negative, "positive": card.classes.positive},
        "data": report.data(gathered),
        "estimate": report.estimate(held.performance, gathered.why_withheld),
        "if_grouped": second_reading.section(run.doubted, gathered.dataset),
        "test": recorded.test,
        "wrong": mistakes.choose(
            gathered.dataset.train, run.rules.probabilities, gathered.clean_test, recorded.rows, card
        ),
        "confusion": report.confusion(gathered.dataset.train, run.rules.probabilities, card),
        "training": report.training(evaluation, run.fitted, gathered.folds, run.diagnosed, card.guessing)
        | {"attempts": report.attempts(held.winner.mended, card.guessing)},
        **report.checks([*second_reading.warn(run.doubted, held, gathered.dataset), *results], not_run),
        "calibration": section(evaluation.logits, scored.logits, run.labels, run.rules),
        "comparison": promise.withhold_rows(contest.table(held, run.labels), gathered.why_withheld),
        "augmentation": report.augmentation(held),
        "recognises_other_kinds": run.novelty is not None,
        "framing": run.fitted.settings.get("framing"),
        "failed": [{"candidate": name, "reason": reason} for name, reason in held.failed.items()],
        "stopped": [{"candidate": one.name, "reason": one.why} for one in held.stopped],
        "images_to_look_at": report.looks(looks),
        "recorded": recorded.rows,
        "settings": card.settings,
        "export": {"largest_difference": difference, "tolerance": TOLERANCE},
    }
    return {"schema_version": SCHEMA_VERSION, "verdict": verdict.compose(sections), **sections}
