"""Some epochs had next to no data: the data set ran out before `steps_per_epoch` was reached."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether epochs were left out because they saw one batch or none."""
    return bool(_starved(case))


def _starved(case: Case) -> tuple[int, ...]:
    """Return those epochs without data that lie in this part of the run."""
    first, last = int(case.curves.epochs[0]), int(case.curves.epochs[-1])
    return tuple(epoch for epoch in case.curves.starved if first <= epoch <= last)


def describe(case: Case) -> Finding:
    """Name the epochs, and the way to count the steps."""
    epochs = _starved(case)
    which = f" ({'epoch' if len(epochs) == 1 else 'the first is epoch'} {epochs[0]})" if epochs else ""
    total = int(case.curves.epochs[-1] - case.curves.epochs[0]) + 1
    return Finding(
        symptom="data_ran_out",
        severity="warning",
        summary=f"{len(epochs)} of {total} epochs{which} had no data left, trained on one batch or none, and "
        f"{'is' if len(epochs) == 1 else 'are'} not judged. The run is shorter than its count of epochs says.",
        evidence=(Evidence("epochs_without_data", float(len(epochs)), epochs),),
        causes=(
            Cause(
                "steps_per_epoch is not the number of batches: the next epoch gets what the last one left over",
                "Keras warns that the input ran out of data, and such an epoch takes no time",
            ),
            Cause("a generator or data set that does not repeat", "with .repeat(), every epoch takes as long"),
        ),
        remedy=Remedy((), "Leave steps_per_epoch and validation_steps out, or let the data set repeat."),
    )


SYMPTOM = Symptom("data_ran_out", (), 1, describe, present)
