from __future__ import annotations

from pathlib import Path

from doctor.readers import READERS
from doctor.symptoms import JUDGED, NOTES
from doctor.symptoms.constant_validation import KINDS

TEXT = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text()


def test_every_symptom_kind_and_format_is_documented() -> None:
    words = [row.name for rows in (JUDGED, NOTES, READERS, KINDS) for row in rows]

    assert [word for word in words if f"`{word}`" not in TEXT] == []
