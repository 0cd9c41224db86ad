"""Run a training from the command line: progress while it works, then what was found and what to do next."""

import logging
import os
from pathlib import Path
from typing import Any

from rich.console import Console

from artifact import store
from artifact.errors import ArtifactError, ImageError
from training.errors import TrainingError
from training.options import parse
from training.output import promise, unused
from training.progress import Stages
from training.settings import Settings

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 published, 1 not possible with these images or settings, 2 usage, 130 interrupted."""
    settings = parse(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of compiling anew, which is meant here
    console = Console(stderr=True)
    try:
        return _run(settings, Stages(console))
    except (TrainingError, ArtifactError) as error:
        return _refuse(console, str(error))
    except ImageError as error:
        return _refuse(console, f"A file was changed while the images were read: {error} Run the same command again.")
    except OSError as error:
        return _refuse(console, f"{error.filename or 'A file'} cannot be used ({error.strerror or error}). Mend that.")
    except KeyboardInterrupt:
        console.print(
            "Interrupted: nothing was published. A rerun continues from the cached features.", highlight=False
        )
        return INTERRUPTED


def _refuse(console: Console, why: str) -> int:
    console.print("Nothing was published.", style="bold red", end=" ")
    console.print(why, highlight=False, soft_wrap=True, markup=False, emoji=False)
    return 1


def _run(settings: Settings, stages: Stages) -> int:
    """Do what was asked for. TensorFlow takes seconds to import; --help and usage errors must not wait for it."""
    if settings.check:
        _check(settings, stages)
        return 0
    if settings.find_learning_rate:
        from training.rate_finding import find_learning_rate

        find_learning_rate(settings, stages)
        return 0
    if settings.source is None and settings.example == "question":
        _retell(settings, stages)
        return 0
    from training.output import publication
    from training.pipeline import train

    outcome = train(settings, stages)
    _show(outcome.report, settings)
    for line in publication.describe(outcome, settings):
        print(line)
    return 0


def _check(settings: Settings, stages: Stages) -> None:
    """Say what was read and what is to be seen of it without a network."""
    from training import checks
    from training.reading import telling
    from training.reading.gathering import gather

    gathered = gather(settings, stages)

    console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
    console.print(telling.describe(gathered.dataset, gathered.layout))
    subject = checks.Subject(gathered.dataset, gathered.groups, None, settings.seed, gathered.duplicates)
    for result in checks.run(subject)[0]:
        if result.check != checks.unreadable.NAME:  # its files are named above
            console.print(f"{result.severity}: {result.summary}", style=_STYLES[result.severity])


def _retell(settings: Settings, stages: Stages) -> None:
    from training.output import story_page
    from training.story import tell

    told = list(tell(stages, settings.seed))
    Console(highlight=False).print(story_page.table(told))
    Path("question.html").write_text(story_page.page(told), encoding="utf-8")
    Path("question.svg").write_text(story_page.figure(told[0]), encoding="utf-8")
    Console(highlight=False).print("Every curve and what it means: question.html; the question's own: question.svg")


def _show(report: dict[str, Any], settings: Settings) -> None:
    """Print the result on standard output."""
    console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)  # names hold what they like
    if settings.compare:
        from training.output import comparison

        console.print(comparison.table(report["comparison"]))
    console.print()
    console.print(report["verdict"], style="bold")
    if report["test"] is not None:
        console.print(promise.describe_test(report["test"]))
    if report["framing"] is not None:
        console.print(report["framing"]["summary"])
    if not report["recognises_other_kinds"]:
        console.print("Images of other kinds are not recognised: this strategy has not seen enough kinds of pictures.")
    for one in report["augmentation"]:
        console.print(_describe_invariance(one))
    for failure in report["failed"]:
        console.print(f"warning: {failure['candidate']} could not be trained: {failure['reason']}", style="yellow")
    for check in report["checks"]:
        console.print(f"{check['severity']}: {check['summary']}", style=_STYLES[check["severity"]])
        if check["check"] == "unreadable":
            rest = f"{store.REPORT_FILE} of the model, data.skipped"
            console.print("\n".join(f"  {line}" for line in unused.name(check["evidence"]["files"], rest)))
    console.print(f"Loss curves of the final fit: {report['training']['final']['diagnosis']['verdict']}")
    if report["images_to_look_at"]:
        console.print(f"Worth a look: {', '.join(look['file'] for look in report['images_to_look_at'])}.")


def _describe_invariance(brought: dict[str, Any]) -> str:
    change, error = brought["log_loss_change"], brought["standard_error"]
    did = f"{'lowered' if change < 0 else 'raised'} the log loss by {abs(change):.3f} (standard error {error:.3f})"
    where = f"Varying by {brought['invariance']}, on the features of {brought['candidate']},"
    return f"{where} {did} and is {'used' if brought['used'] else 'left out'}."


_STYLES = {"critical": "bold red", "warning": "yellow", "info": "dim"}
