"""One run as the checks see it: curves, context, and every measure of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from doctor.columns import CURVES
from doctor.context import Context
from doctor.counting import size_from_steps
from doctor.curves import Curves
from doctor.findings import Evidence
from doctor.scale import Scale, scale_of
from doctor.statistics import measure

_NOTHING = -6.5
"""log10 of a ratio below which there is none."""


@dataclass(frozen=True)
class Case:
    """A run and its measures; the small methods quote them as evidence."""

    curves: Curves
    context: Context
    scale: Scale
    measures: Mapping[str, float]

    @classmethod
    def of(cls, curves: Curves, context: Context, scale: Scale | None = None) -> Case:
        """Measure a run, in the scale of the whole run of which it is a part, or in that of its own losses."""
        with np.errstate(all="ignore"):
            scale = scale or scale_of(curves, context)
            scaled = scale.apply(curves)
        known = context
        if context.n_val is None and curves.val_accuracy is not None:
            known = replace(context, n_val=size_from_steps(curves.val_accuracy))
        return cls(curves, context, scale, measure(scaled, known, scale))

    def __getitem__(self, name: str) -> float:
        """Return the measure called `name`, NaN where it is not known."""
        return self.measures[name]

    @property
    def restarts(self) -> tuple[int, ...]:
        """Return the epochs at which the log says that the run was started again."""
        return self.curves.restarts

    def has(self, name: str) -> bool:
        """Tell whether a curve or a fact of the context is there."""
        if name not in CURVES:
            return getattr(self.context, name) is not None
        column = self.curves.column(name)
        return column is not None and bool(np.isfinite(column).any())

    def points(self, name: str) -> int:
        """Return at how many epochs a curve was written, finite or not."""
        written = self.curves.written.get(name)
        return 0 if written is None else int(written.sum())

    def final(self, curve: str) -> tuple[Evidence, ...]:
        """Quote the median of the last fifth of `curve`, with the first and last epoch of that stretch."""
        column = self.curves.column(curve)
        if column is None or not np.isfinite(column).any():
            return ()
        known = np.flatnonzero(np.isfinite(column))
        stretch = known[-max(3, math.ceil(0.2 * len(column))) :]
        epochs = (int(self.curves.epochs[stretch[0]]), int(self.curves.epochs[stretch[-1]]))
        return (Evidence(f"final_{curve}", float(np.median(column[stretch])), epochs),)

    def extreme(self, curve: str, kind: str) -> tuple[Evidence, ...]:
        """Quote the `least` or the `greatest` value of `curve` and its epoch."""
        column = self.curves.column(curve)
        if column is None or not np.isfinite(column).any():
            return ()
        row = int(np.nanargmin(column) if kind == "least" else np.nanargmax(column))
        return (Evidence(f"{kind}_{curve}", float(column[row]), (int(self.curves.epochs[row]),)),)

    def measured(self, *names: str) -> tuple[Evidence, ...]:
        """Quote measures of the whole run, leaving out those that are not known."""
        ends = (int(self.curves.epochs[0]), int(self.curves.epochs[-1]))
        return tuple(Evidence(name, self[name], ends) for name in names if math.isfinite(self[name]))

    def ratios(self, **names: str) -> tuple[Evidence, ...]:
        """Quote measures that are kept as log10 of a ratio as that ratio, under the name given to each."""
        ends = (int(self.curves.epochs[0]), int(self.curves.epochs[-1]))
        unit = "guessing" if self.scale.guessing else "first_loss"
        named = ((name.replace("guessing", unit), measure) for name, measure in names.items())
        known = ((name, self[measure]) for name, measure in named if math.isfinite(self[measure]))
        return tuple(Evidence(name, _ratio(value), ends) for name, value in known)

    def cost_of_guessing(self) -> tuple[Evidence, ...]:
        """Quote what guessing costs, where that is known."""
        return (Evidence("loss_of_guessing", self.scale.guess.loss),) if self.scale.guessing else ()

    def fact(self, *names: str) -> tuple[Evidence, ...]:
        """Quote numbers of the context."""
        found = ((name, getattr(self.context, name)) for name in names)
        return tuple(Evidence(name, float(value)) for name, value in found if value is not None)


def _ratio(logarithm: float) -> float:
    """Return a ratio from its log10; what lies at the floor of `log_ratio` is no rise, swing or range at all."""
    return 10.0 ** min(logarithm, 300.0) if logarithm > _NOTHING else 0.0
