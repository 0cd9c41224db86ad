"""Lines of several members in turn: `Epoch 1 client 0 loss 0.5`, `Epoch 1 client 1 loss 0.6`. Each is a run of its own.

Which member a line speaks of is said in it, or in a heading above (`Fold 2`). Lines that speak of none (an epoch's
heading, a common validation) are all members', unless they hold the training loss: then they are the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from doctor.errors import HistoryError
from doctor.joining.members import MEMBER, train_side_by_side
from doctor.readers.console.choice import Row

_MOST = 200


class Counted(NamedTuple):
    """A line with values.

    Attributes:
        own: The number that it counts itself, or None.
        last: The number that was counted last, or None.
        row: Its values.
        member: Whose it is of a group, as `client 3`; empty where it is nobody's.
    """

    own: float | None
    last: float | None
    row: Row
    member: str = ""


def member_in(text: str, shown: str) -> str:
    """Return the member that a line speaks of, as `client 3`; empty where it names none.

    Args:
        text: The line.
        shown: The first line that is like it, where it holds values; empty where it does not.

    Raises:
        HistoryError: It holds values, and names several of one group.
    """
    found = dict.fromkeys((match[1].lower(), match[2]) for match in MEMBER.finditer(text))
    if len({word for word, _ in found}) == len(found):
        return ", ".join(map(" ".join, found))
    if shown:
        raise HistoryError(
            f"One line holds the values of several of a group ({shown.strip()!r:.80}), and each is a run of its own. "
            "Print a line for each, or write a table with a column for each."
        )
    return ""


def by_member(lines: Sequence[Counted], is_training: Callable[[Counted], bool]) -> tuple[dict[str, list[Counted]], str]:
    """Return the lines of each member, and what to note; those of one member, "", where they are of one run."""
    names = list(dict.fromkeys(line.member for line in lines if line.member))
    common = [line for line in lines if not line.member]
    training = [line for line in lines if line.member and is_training(line)]
    epochs = [{line.last for line in training if line.member == name and line.last is not None} for name in names]
    if not 1 < len(names) <= _MOST or not train_side_by_side(epochs):
        return {"": list(lines)}, ""
    listed = ", ".join(names[:4]) + (" ..." if len(names) > 4 else "")
    if 2 * len({line.last for line in common if is_training(line)}) > max(map(len, epochs)):
        return {"": common}, f"The lines of {listed} were left out: those of no member hold the loss of training too."
    return {name: [line for line in lines if line.member in ("", name)] for name in names}, ""


def labels_of(member: str) -> dict[str, str]:
    """Return the columns that say of a row which member it is of."""
    return {word: number for word, number in (part.split() for part in member.split(", ") if part)}
