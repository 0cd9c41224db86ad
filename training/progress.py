"""Say what is being done: a bar for each stage in a terminal, a line for each stage elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from training import pace
from training.pace import Pace

Advance = Callable[[], None]


class Stages:
    """Announces stages on standard error, so that standard output holds results only."""

    def __init__(self, console: Console | None = None, quiet: bool = False) -> None:
        """Write to `console` (standard error by default), or nowhere if `quiet`; `pace` may be given later."""
        self._console = console or Console(stderr=True)
        self._quiet = quiet
        self._prefix = ""
        self.pace: Pace | None = None
        self.seconds: dict[str, float] = {}

    @contextmanager
    def within(self, prefix: str) -> Iterator[None]:
        """Show every stage of the block behind these words, such as "3 of 7: "."""
        self._prefix = prefix
        try:
            yield
        finally:
            self._prefix = ""

    @contextmanager
    def stage(self, title: str, total: int | None = None) -> Iterator[Advance]:
        """Show one stage while the block runs; call what is yielded once for each of `total` steps."""
        start = time.perf_counter()
        if self.pace is not None:
            self.pace.begin(title, total)
        if self._quiet:
            yield _nothing
        elif self._console.is_terminal:
            with self._bar() as bar:
                task = bar.add_task(self._prefix + title, total=total)
                yield lambda: bar.advance(task)
                bar.update(task, total=total or 1, completed=total or 1)
        else:
            left = f" ({said})" if (said := self._left()) else ""
            self._console.print(f"{self._prefix}{title} ...{left}", highlight=False, soft_wrap=True)
            yield _nothing
        self.seconds[title] = time.perf_counter() - start
        if self.pace is not None:
            self.pace.end(title)

    def is_beyond(self, seconds: float | None) -> bool:
        """Return whether the stages so far took as long as that in all; None is no limit."""
        return seconds is not None and sum(self.seconds.values()) >= seconds

    def say(self, text: str) -> None:
        """Print some lines, as they are."""
        if not self._quiet:
            self._console.print(text, highlight=False, soft_wrap=True, markup=False, emoji=False)

    def _left(self) -> str:
        """Return how long all stages together still take, in words; nothing where that is not known."""
        seconds = None if self.pace is None else self.pace.left()
        return "" if seconds is None else pace.words(seconds)

    def _bar(self) -> Progress:
        return Progress(
            SpinnerColumn(finished_text="[green]\N{CHECK MARK}"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            _Left(self._left),
            console=self._console,
        )


class _Left(ProgressColumn):
    """What is left of the whole run, while a stage is at work."""

    def __init__(self, said: Callable[[], str]) -> None:
        super().__init__()
        self._said = said

    def render(self, task: Task) -> Text:
        return Text("" if task.finished else self._said())


def _nothing() -> None:
    return None
