"""The sections of a report, in the order in which a reader meets them: on the page, in the terminal, on the card.

A section is one row: its key in `report.json`, its type, and what renders it (`section.Section`). The order in the file
is that in which training puts them together.
"""

from typing import Any

from artifact.report import (
    calibration,
    checks,
    comparison,
    confusion,
    data,
    estimate,
    framing,
    growth,
    photos,
    record,
)
from artifact.report import training as trainings
from artifact.report.section import Section

SECTIONS: tuple[Section[Any], ...] = (
    record.SCHEMA,
    record.VERDICT,
    data.CLASSES,
    photos.WRONG,
    photos.LOOKS,
    data.DATA,
    estimate.ESTIMATE,
    estimate.IF_GROUPED,
    estimate.TEST,
    estimate.THAN_BEFORE,
    growth.MORE_IMAGES,
    confusion.CONFUSION,
    framing.RECOGNISES_OTHER_KINDS,
    framing.FRAMING,
    calibration.CALIBRATION,
    comparison.COMPARISON,
    comparison.FAILED,
    comparison.STOPPED,
    comparison.AUGMENTATION,
    trainings.TRAINING,
    checks.CHECKS,
    checks.CHECKS_PASSED,
    checks.CHECKS_NOT_RUN,
    record.RECORDED,
    record.SETTINGS,
    record.EXPORT,
    record.MODEL,
)
