"""The last words of a job: who answered what, what is in doubt, what has no answer and what was never asked."""

import sys
from collections.abc import Callable, Sequence

from artifact.counting import counted
from artifact.passed import PassedOver
from doctor.command_line import reader_may_leave
from service.batch.job import PARTS, PROBLEMS
from service.batch.run import SUMMARY, Summary
from service.batch.table import Tally

DOUBTFUL = 3
"""The exit status of a job that is done, and of which a condition of --fail-on holds."""
FAILURES: dict[str, Callable[[Tally], bool]] = {
    "unfamiliar": lambda tally: 2 * tally.unfamiliar > tally.labels.total(),
    "unanswered": lambda tally: tally.problems.total() > 0,
}
"""What --fail-on can name: most answers are of images unlike the training images; some image has no answer."""


def say(summary: Summary, output: str, fail_on: Sequence[str] = ()) -> int:
    """Print what a job came to, and return the exit status.

    It is 0 where every part is done, 1 where one is not, and 3 where all are and something of `fail_on` holds. A job
    that is done is no failure by itself: doing it again, as schedulers do after a failure, would change nothing.
    """
    tally = summary.tally
    _say_problems(tally, output)
    with reader_may_leave():
        if tally.animations:
            print(f"One frame was read of each animation ({tally.animations:,}).")
        if sentence := PassedOver.from_json(summary.plan.passed_over).sentence():
            print(f"{sentence}. {output}/{SUMMARY} lists them.")
    if summary.failed:
        number, reason = next(iter(summary.failed.items()))
        print(
            f"{len(summary.failed):,} of {summary.plan.parts:,} parts are not done. {summary.plan.name(number)}: "
            f"{reason}\nMend that and give the same command again. {output}/{SUMMARY} lists them.",
            file=sys.stderr,
        )
        return 1
    with reader_may_leave():  # what follows is told on standard error all the same
        print(f"{counts(summary)}. {output}/{PARTS}")
    if question := doubt(tally):
        print(question, file=sys.stderr)
    failures = [name for name in dict.fromkeys(fail_on) if FAILURES[name](tally)]
    if failures:
        print(f"Every part is done; the exit status is {DOUBTFUL} by --fail-on {' '.join(failures)}.", file=sys.stderr)
    return DOUBTFUL if failures else 0


def counts(summary: Summary) -> str:
    """Return `Done with bees/2: 35 images (33 ants, 2 bees), 9 uncertain, 1 unfamiliar, 0 without an answer`."""
    tally, model = summary.tally, summary.plan.model
    labels = ", ".join(f"{count:,} {label}" for label, count in sorted(tally.labels.items())) or "none answered"
    codes = ", ".join(f"{count:,} {code}" for code, count in sorted(tally.problems.items()))
    return (
        f"Done with {model['name']}/{model['version']}: {counted(tally.images, 'image')} ({labels}), "
        f"{tally.uncertain:,} uncertain, {tally.unfamiliar:,} unfamiliar, "
        f"{tally.problems.total():,} without an answer{f' ({codes})' if codes else ''}"
    )


def doubt(tally: Tally) -> str | None:
    """Return the question that a job asks whose images are mostly unlike those that its model was trained from."""
    answered = tally.labels.total()
    if not FAILURES["unfamiliar"](tally):
        return None
    return (
        f"WARNING: {tally.unfamiliar:,} of {counted(answered, 'image')} {'is' if answered == 1 else 'are'} unlike "
        "its training images: is this the right model? (--model NAME)"
    )


def _say_problems(tally: Tally, output: str) -> None:
    for problem in tally.examples:
        print(f"  {problem['path']}: {problem['code']}: {problem['error']}", file=sys.stderr)
    if more := tally.problems.total() - len(tally.examples):
        print(f"  and {more:,} more: {output}/{PROBLEMS}", file=sys.stderr)
