"""What is said of a backbone of one's own: its file, and what the file does not say. It imports nothing heavy."""

from dataclasses import dataclass
from pathlib import Path

Six = tuple[float, float, float, float, float, float]

NORMALISATIONS: dict[str, Six] = {
    "imagenet": (0.485, 0.456, 0.406, 0.229, 0.224, 0.225),
    "clip": (0.48145466, 0.4578275, 0.40821073, 0.26862954, 0.26130258, 0.27577711),
    "half": (0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
    "unit": (0.0, 0.0, 0.0, 1.0, 1.0, 1.0),
    "bytes": (0.0, 0.0, 0.0, 1 / 255, 1 / 255, 1 / 255),
}
"""Means and standard deviations of red, green and blue, from 0 to 1, that networks are trained with: those of ImageNet,
those of CLIP, -1 to 1, 0 to 1, and 0 to 255."""


@dataclass(frozen=True)
class OwnFile:
    """An ONNX file to take as a frozen backbone.

    Attributes:
        path: Of the file.
        size: Height and width of the pictures that it takes, in pixels; None where the file says it.
        normalisation: Mean and standard deviation of red, green and blue, from 0 to 1; None where a file beside it
            says them, or the network takes bytes.
        output: The output to take; None where one alone is a vector for each picture.
    """

    path: Path
    size: int | None = None
    normalisation: Six | None = None
    output: str | None = None


def parse_normalisation(text: str) -> Six:
    """Read a name of `NORMALISATIONS` or six numbers with commas; raises `ValueError`."""
    if text in NORMALISATIONS:
        return NORMALISATIONS[text]
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != 6 or not all(deviation > 0 for deviation in numbers[3:]):
        raise ValueError(
            f"{text!r} is none of {', '.join(NORMALISATIONS)}, nor six numbers: the means of red, green and blue from "
            "0 to 1, then their standard deviations"
        )
    return numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]
