"""What the model sees of a picture, and whether it notices a picture of another kind."""

from collections.abc import Iterator
from dataclasses import dataclass

from artifact.report.section import Page, Report, Section


@dataclass(frozen=True)
class Tried:
    """One way to frame a picture, and the log loss on images left out."""

    fit: str
    log_loss: float


@dataclass(frozen=True)
class Framing:
    """How pictures are framed, in words, and what the other ways brought."""

    fit: str = ""
    summary: str = ""
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What the page says of it."""

    framing: str
    knows_kinds: bool | None


def _shown(report: Report) -> Seen | None:
    framing, knows = report.get(FRAMING), report.get(RECOGNISES_OTHER_KINDS)
    return None if framing is None and knows is None else Seen(framing.summary if framing else "", knows)


def _lines(report: Report) -> Iterator[str]:
    framing = report.get(FRAMING)
    if framing is not None:
        yield framing.summary


FRAMING = Section("framing", Framing, Page("framing.html", _shown), terminal=_lines)
RECOGNISES_OTHER_KINDS = Section("recognises_other_kinds", bool)
