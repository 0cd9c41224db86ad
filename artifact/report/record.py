"""What the report keeps for programs: every answer, the settings, how exact the exported network is, and its name."""

from dataclasses import dataclass
from typing import Any, Literal

from artifact.report.section import Section


@dataclass(frozen=True)
class Recorded:
    """What the published network answers for one image; a training image it has seen.

    Attributes:
        actual: The class that it is of.
        label: The class that it is said to be.
    """

    file: str
    part: Literal["train", "test"]
    sha256: str
    actual: str
    label: str
    probability: float
    uncertain: bool
    unfamiliar: bool


@dataclass(frozen=True)
class Export:
    """The largest difference of a logit between the fitted and the exported network, and what is allowed."""

    largest_difference: float
    tolerance: float


@dataclass(frozen=True)
class Model:
    """What the report is of."""

    name: str
    version: str


SCHEMA = Section("schema_version", int)
VERDICT = Section("verdict", str)
RECORDED = Section("recorded", tuple[Recorded, ...])
SETTINGS = Section("settings", dict[str, Any])
EXPORT = Section("export", Export)
MODEL = Section("model", Model)
