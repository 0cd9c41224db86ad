"""The estimate under the other reading, where a clue that is not sure says that images belong together.

The chosen candidate is cross-validated once more on the same features, with what the clue joins on one side of every
split; both numbers are then in the report, and the reader, who knows how the images were made, can tell which holds.
"""

from dataclasses import dataclass, replace

from artifact.report import verdict
from artifact.report.estimate import IfGrouped
from training.checks import Result, groups
from training.contest import Contest
from training.errors import TrainingError
from training.evaluation import calibration, choosing
from training.evaluation.choosing import Scored
from training.evaluation.groups import Groups
from training.evaluation.performance import Performance
from training.evaluation.splitting import default_folds, default_repeats, split
from training.output import report
from training.problem.interface import Candidate, Problem
from training.reading import belonging, telling
from training.reading.belonging import Counted
from training.reading.dataset import Dataset, kind_array
from training.settings import Settings


@dataclass(frozen=True)
class SecondReading:
    """What an unsure clue would change.

    Attributes:
        told: The groups that it makes.
        performance: What to expect if they are groups; None where a class has too few to be split or to promise.
    """

    told: Counted
    performance: Performance | None


def read(held: Contest, dataset: Dataset, settings: Settings) -> SecondReading | None:
    """Measure the chosen candidate with the doubted groups kept together; None without a doubt."""
    told = None if dataset.doubt is None else belonging.count_doubted(dataset.train, dataset.classes)
    if told is None:
        return None
    if told.too_few:
        return SecondReading(told, None)
    candidate = held.winner.candidate
    grouped = _group(candidate.problem, dataset, told, settings)
    return None if grouped is None else SecondReading(told, _measure(candidate, grouped))


def section(found: SecondReading | None, dataset: Dataset) -> IfGrouped | None:
    """Return the report's section, `if_grouped`."""
    if found is None or dataset.doubt is None:
        return None
    doubt, told = dataset.doubt, found.told
    section = IfGrouped(told.all, told.of_class, doubt.noun, str(doubt), told.too_few)
    if found.performance is None:
        return section
    measured = report.estimate(found.performance)
    return replace(section, **{name: value for name, value in vars(measured).items() if name != "withheld"})


def warn(found: SecondReading | None, held: Contest, dataset: Dataset) -> list[Result]:
    """Return the warning with the estimate under both readings."""
    if found is None or dataset.doubt is None:
        return []
    one = _words(held.performance)
    if found.performance is None:
        noun = dataset.doubt.noun
        other = f"nothing can be promised of new {noun}s, since fewer than {belonging.FEWEST} of a class are too few"
    else:
        other = f"expect {_words(found.performance)} new images to be told right"
    summary = (
        f"{telling.doubt(dataset)} If they do, {other}; the estimate of {one} takes every image by itself. "
        f"{telling.how_to_settle(dataset.doubt)}"
    )
    return [Result(groups.NAME, "warning", summary, {"by": str(dataset.doubt), "groups": found.told.all})]


def _group(problem: Problem, dataset: Dataset, told: Counted, settings: Settings) -> Problem | None:
    joined = Groups.joining(problem.groups.duplicates, (sample.doubted for sample in dataset.train))
    count = len(problem.labels)
    folds, repeats = settings.folds or default_folds(count), settings.repeats or default_repeats(count, told.all)
    try:
        splits = split(problem.labels, joined, folds, repeats, settings.seed, kind_array(dataset.train))
    except TrainingError:  # near duplicates join what the clue left apart
        return None
    return replace(problem, groups=joined, folds=splits)


def _measure(candidate: Candidate, problem: Problem) -> Performance:
    other = replace(candidate, problem=problem)
    logits = calibration.cross(other.evaluate().logits, problem.labels, problem.folds, problem.groups)
    scored = [Scored(other.name, logits, other.megabytes)]
    return choosing.measure(scored, 0, problem.labels, problem.groups, problem.seed, problem.folds)


def _words(performance: Performance) -> str:
    return f"about {verdict.brief(report.interval(performance.accuracy))}"
