"""From the tracks of any reader to one run: which column is which curve, restarts, one axis, units, what to believe."""

from __future__ import annotations

import numpy as np

from doctor.columns import is_error, words_of
from doctor.errors import HistoryError
from doctor.joining.assignment import Assignment, assign
from doctor.joining.axis import gather
from doctor.joining.belief import doubt
from doctor.joining.gaps import settle
from doctor.joining.initials import with_owners
from doctor.joining.members import labelled_runs, numbered_runs
from doctor.joining.owners import owned
from doctor.joining.refusals import refuse_examples, refuse_mixed, refuse_statistics, refuse_twice
from doctor.joining.restarts import restarted
from doctor.joining.results import refuse_results
from doctor.joining.starved import without_starved
from doctor.joining.units import to_fraction
from doctor.joining.writers import by_writers
from doctor.log import Log
from doctor.points import Points
from doctor.run import Reading, Run, Series

_MOST_LISTED = 200
_REWARDS = frozenset({"reward", "rewards", "rew"})
_PREFERENCES = frozenset({"chosen", "rejected", "margins"})
"""What is logged of preferences (DPO), whose `rewards/chosen` are the model's own and no environment's."""
_REWARDED = (
    "Rewards are logged: in reinforcement learning the loss says little of how good the agent is; look at these."
)


def runs_of(log: Log) -> list[Log]:
    """Return the runs of a log: those that a column tells apart, and those that were written one after another."""
    refuse_statistics(log)
    refuse_examples(log)
    refuse_results(log)
    refuse_twice(log)
    members = [run for part in labelled_runs(by_writers(with_owners(log))) for run in numbered_runs(part)]
    return [run for part in members for run in restarted(owned(part))]


def join(log: Log, format: str, names: tuple[str, ...] = ()) -> Run:
    """Join the tracks of one run.

    Args:
        log: One run, already parted from others (`runs_of`).
        format: The reader's name.
        names: The names of all runs of the source, where it holds several.

    Raises:
        HistoryError: There is no training loss, no epoch, or a value is not a number.
    """
    refuse_mixed(log)
    assigned = assign(log)
    gathered = gather(assigned.tracks, log.epoch_ends)
    points, doubts = doubt(gathered.points, log, gathered)
    points, units = _in_units(points, assigned)
    points, starved = without_starved(points)
    settled = {curve: settle(held, curve) for curve, held in points.items()}
    kept = {curve: held for curve, held in settled.items() if held.written.any()}
    if "loss" not in kept:
        raise HistoryError("The history has no epochs; expected at least one value of the training loss.")
    series = tuple(
        Series(curve.removeprefix("val_"), assigned.splits[curve], assigned.tracks[curve].name, held)
        for curve, held in kept.items()
    )
    rewards = (_REWARDED,) if _is_of_rewards(log) else ()
    notes = (*log.notes, *assigned.notes, *gathered.notes, *doubts.notes, *units, *rewards)
    reading = Reading(
        format=format,
        run=log.name,
        axis=gathered.unit,
        used=tuple(used for used in assigned.used if used.curve in kept),
        unused=(*doubts.unused, *assigned.unused)[:_MOST_LISTED],
        notes=tuple(dict.fromkeys(notes)),
        restarts=tuple(int(np.searchsorted(gathered.labels, label)) + 1 for label in log.restarts),
        runs=names,
        appended=log.appended,
    )
    known = {"task": "regression"} if is_error(assigned.tracks["loss"].name) else {}
    known = {"task": "other"} if _is_of_rewards(log) else known
    return Run(gathered.labels, series, reading, known | dict(log.context), doubts.not_measured, starved)


def _is_of_rewards(log: Log) -> bool:
    """Tell whether the log is one of reinforcement learning (Stable-Baselines3, RLlib, torchrl)."""
    rewarded = [set(words_of(track.name)) for track in log.tracks if _REWARDS & set(words_of(track.name))]
    return bool(rewarded) and not any(_PREFERENCES & words for words in rewarded)


def _in_units(points: dict[str, Points], assigned: Assignment) -> tuple[dict[str, Points], tuple[str, ...]]:
    changed, notes = dict(points), []
    for curve in points:
        if curve.endswith("accuracy"):
            changed[curve], note = to_fraction(points[curve], assigned.inverted[curve], assigned.tracks[curve].name)
            notes += note
    return changed, tuple(notes)


__all__ = ["join", "owned", "runs_of"]
