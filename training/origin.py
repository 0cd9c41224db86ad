"""Where weights that others made come from, and under which licence they travel with a model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """What a network holds that others made.

    Attributes:
        what: In words, with its source and licence.
        licence: As model hubs write it in a model card's front matter.
    """

    what: str
    licence: str
