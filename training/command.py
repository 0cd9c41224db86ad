"""Run a training from the command line: progress while it works, then what was found and what to do next."""

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from artifact.errors import ArtifactError, ImageError
from artifact.freed_memory import share_arenas
from doctor.command_line import reader_may_leave
from training import pace
from training.errors import TrainingError
from training.options import parse
from training.progress import Stages
from training.settings import Settings

if TYPE_CHECKING:
    from training.pipeline import Outcome

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 published, 1 not possible with these images or settings, 2 usage, 130 interrupted."""
    settings = parse(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of compiling anew, which is meant here
    console = Console(stderr=True)
    share_arenas()
    try:
        return _run(settings, Stages(console))
    except (TrainingError, ArtifactError) as error:
        return _refuse(console, str(error))
    except ImageError as error:
        return _refuse(console, f"A file was changed while the images were read: {error} Run the same command again.")
    except OSError as error:
        return _refuse(console, f"{error.filename or 'A file'} cannot be used ({error.strerror or error}). Mend that.")
    except KeyboardInterrupt:
        rerun = " A rerun continues from the cached features." if settings.cache is not None else ""
        console.print(f"Interrupted: nothing was published.{rerun}", highlight=False)
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
    from training.pipeline import train

    stages.pace = pace.load(settings)
    outcome = train(settings, stages)
    pace.save(settings, stages.pace)
    _show(outcome, settings)
    return 0


def _check(settings: Settings, stages: Stages) -> None:
    """Say what was read and what is to be seen of it without a network."""
    from training import checks
    from training.gathering import gather
    from training.reading import telling

    gathered = gather(settings, stages)
    console = _Output(soft_wrap=True, highlight=False, markup=False, emoji=False)
    with reader_may_leave():
        console.print(telling.describe(gathered.dataset, gathered.layout))
        subject = checks.Subject(gathered.dataset, None, settings.seed)
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


def _show(outcome: "Outcome", settings: Settings) -> None:
    """Print the result on standard output; whoever reads it may leave."""
    from artifact.report.comparison import COMPARISON
    from training import publication
    from training.output import comparison, summary

    console = _Output(soft_wrap=True, highlight=False, markup=False, emoji=False)  # names hold what they like
    with reader_may_leave():
        if settings.compare:
            console.print(comparison.table(outcome.report.rows(COMPARISON)))
        console.print()
        for line in summary.describe(outcome.report):
            console.print(line.text, style=line.style)
        for text in publication.describe(outcome, settings):
            console.print(text)


class _Output(Console):
    """Standard output, whose reader may leave: Rich by itself ends the process with 1 then."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


_STYLES = {"critical": "bold red", "warning": "yellow", "info": "dim"}
