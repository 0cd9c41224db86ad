"""How long a training still takes, told from an earlier one of its kind on this machine, and from its own pace so far.

What is compared are the stages that both have behind them: their ratio is that of this machine as it is now to what it
was then, of these images to those. No stage has a time of its own here, so nothing has to be kept true when one gets
faster. Where the two do not go alike, nothing is said.
"""

import json
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from training.backbone.cache import write_whole
from training.settings import Settings

FILE = "times.json"
"""In the folder of the cache: earlier runs, the oldest first."""
KEPT = 50
NEAR = 2.0
"""How many times more images an earlier run may have, or fewer."""
LEAST, SOON = 1.0, 5.0
"""Seconds of stages that both runs have behind them before anything is said; and left, from which on it is said."""
FORETOLD = 10.0
"""How many times as long as what they have behind them alike may be left, at most, for anything to be said."""
ALIKE = 1.5
"""How far, as a factor, the ratio of a stage may lie from that of all; of the time, most must keep to it."""
_PREPARING = "Preparing"
_CACHED = ("Reading", _PREPARING)
"""How stages begin whose work may lie in the cache, so that their time tells nothing of the others."""


@dataclass(frozen=True)
class Earlier:
    """A run that came to its end: what was asked for, the files that were read, and the seconds of each stage."""

    kind: str
    files: int
    stages: dict[str, float]


@dataclass
class Pace:
    """The stages of one run as they begin and end.

    Attributes:
        kind: What was asked for, as far as it changes what is done.
        earlier: Runs to compare with, the oldest first.
        clock: Seconds that only grow.
    """

    kind: str
    earlier: Sequence[Earlier]
    clock: Callable[[], float] = time.monotonic
    _done: dict[str, float] = field(default_factory=dict)
    _now: tuple[str, float] = ("", 0.0)
    _files: int = 0
    _like: Earlier | None = None

    def begin(self, title: str, total: int | None) -> None:
        """Note that a stage begins; the first one with a total reads the files."""
        self._now = (title, self.clock())
        if total and not self._files:
            self._files = total
            self._like = self._nearest(total)

    def end(self, title: str) -> None:
        """Note that the stage ends."""
        self._done[title] = self.clock() - self._now[1]

    def left(self) -> float | None:
        """Return the seconds that are left; None where nothing honest can be said."""
        if self._like is None:
            return None
        ratio = self._ratio()
        if ratio is None:
            return None
        title, since = self._now
        rest = {name: seconds * ratio for name, seconds in self._like.stages.items() if name not in self._done}
        order = list(self._like.stages)
        if title in order:  # those before it were not needed this time
            rest = {name: seconds for name, seconds in rest.items() if order.index(name) >= order.index(title)}
        elapsed = 0.0 if title in self._done else self.clock() - since
        expected = rest.pop(title, 0.0)
        ahead = {title: max(0.0, expected - elapsed), **rest}
        if elapsed > NEAR * expected + LEAST:
            return None  # it takes longer than it should, nobody knows how much
        total, behind = sum(ahead.values()), sum(seconds for _, seconds in self._pairs())
        if total > FORETOLD * behind or self._is_cached_otherwise(ahead, ratio):
            return None
        return total if total >= SOON else None

    def earned(self) -> Earlier:
        """Return this run as one to compare later ones with."""
        return Earlier(self.kind, self._files, self._done)

    def _nearest(self, files: int) -> Earlier | None:
        """Return the run of about as many files, of several the last."""
        alike = [
            (abs(math.log(one.files / files)), -place, one)
            for place, one in enumerate(self.earlier)
            if one.kind == self.kind and one.files and 1 / NEAR <= one.files / files <= NEAR
        ]
        return min(alike)[2] if alike else None

    def _is_cached_otherwise(self, ahead: dict[str, float], ratio: float) -> bool:
        """Return whether it is not known that what is ahead lies in the cache where it did then, and only there.

        What lay there then and does not now is told by the first such stage alone.
        """
        prepared = sum(seconds for name, seconds in ahead.items() if name.startswith(_PREPARING))
        if not any(name.startswith(_PREPARING) for name in ahead):
            return False
        pairs = self._pairs(_PREPARING)
        then, now = ratio * sum(old for old, _ in pairs), sum(new for _, new in pairs)
        unlike = max(then, now) > NEAR * min(then, now) + LEAST
        return unlike or (max(then, now) < LEAST and 2 * prepared > sum(ahead.values()))

    def _pairs(self, *beginnings: str) -> list[tuple[float, float]]:
        """Return the seconds, then and now, of stages that both have behind them: of those, or of all never cached."""
        before = {} if self._like is None else self._like.stages
        return [
            (before[name], seconds)
            for name, seconds in self._done.items()
            if before.get(name) and (name.startswith(beginnings) if beginnings else not name.startswith(_CACHED))
        ]

    def _ratio(self) -> float | None:
        """Return what the stages of this run take of what they took; None where they do not take it alike."""
        pairs = self._pairs()
        then, now = (sum(column) for column in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
        if min(then, now) < LEAST:
            return None
        ratio = now / then
        alike = sum(old for old, new in pairs if 1 / ALIKE <= new / old / ratio <= ALIKE)
        return ratio if alike > then / 2 else None


def words(seconds: float) -> str:
    """Return `about 40 s left`, no finer than it is known."""
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5 if seconds < 30 else round(seconds / 10) * 10)} s left"
    minutes = seconds / 60
    return f"about {round(minutes)} min left" if minutes < 90 else f"about {minutes / 60:.1f} h left"


def load(settings: Settings) -> Pace | None:
    """Return the pace of a run with these settings; None where there is no cache to have earlier ones."""
    if settings.cache is None:
        return None
    found: list[Earlier] = []
    with suppress(OSError, ValueError, TypeError, AttributeError, KeyError):  # damaged: as if there were none
        found = [_read(one) for one in json.loads((settings.cache / FILE).read_text(encoding="utf-8"))]
    return Pace(_kind(settings), found)


def save(settings: Settings, pace: Pace | None) -> None:
    """Keep a run for later ones; a folder that cannot be written to keeps nothing."""
    if pace is None or settings.cache is None:
        return
    runs = [asdict(one) for one in (*pace.earlier, pace.earned())][-KEPT:]
    with suppress(OSError):
        settings.cache.mkdir(parents=True, exist_ok=True)
        write_whole(settings.cache / FILE, json.dumps(runs).encode())


def _read(entry: Any) -> Earlier:
    stages = {str(name): float(seconds) for name, seconds in entry["stages"].items()}
    return Earlier(str(entry["kind"]), int(entry["files"]), stages)


def _kind(settings: Settings) -> str:
    """Return what decides which stages there are and how much is done in each."""
    names = ("strategies", "folds", "repeats", "budget", "backbone", "compare", "mend", "overrides", "time_limit")
    asked = [f"{name}={getattr(settings, name)}" for name in (*names, "engine")]
    return "; ".join([*asked, f"invariant={sorted(settings.invariant)}", f"own={settings.own_backbone is not None}"])
