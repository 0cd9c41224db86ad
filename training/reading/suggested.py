"""The list that `python -m training suggest` writes, when it comes back with some of its labels filled in.

Its columns are known by name: what the model says must never be taken for a label, however few labels there are.
"""

from dataclasses import replace

from artifact.counting import counted
from artifact.lists.tables import Table
from training.errors import TrainingError
from training.reading.found import Asked

FILE, LABEL, SAID = "file", "label", "model_says"
COLUMNS = (FILE, LABEL, SAID, "probability", "why")


def is_one(table: Table) -> bool:
    """Tell whether a table is such a list; a spreadsheet may have left out or moved columns."""
    return table.heading is not None and {FILE, LABEL, SAID} <= set(table.heading)


def ask(table: Table, asked: Asked) -> Asked:
    """Return which columns of such a list are meant.

    Raises:
        TrainingError: No image has a label yet.
    """
    assert table.heading is not None
    at = table.heading.index(LABEL)
    if not any(row[at].strip() for row in table.rows):
        raise TrainingError(
            f"None of the {counted(len(table.rows), 'image')} of {table.name} has a label yet. Fill in its column "
            f"{LABEL}, of some or all of them."
        )
    return replace(asked, path_column=asked.path_column or FILE, label_column=asked.label_column or LABEL)
