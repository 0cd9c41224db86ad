"""The card of a model: everything that serving needs to know, in `card.json` beside `model.onnx`."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal

from artifact import jsonfile, schema
from artifact.errors import ArtifactError

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Scale:
    """What is black and what is white in samples of more than 8 bits: one scale for the whole data set.

    Attributes:
        low: The sample that becomes 0.
        high: The sample that becomes 255.
        dimmest: The least that the brightest samples of a training image reach.
        brightest: The most that the samples of any training image reach.
    """

    low: float
    high: float
    dimmest: float
    brightest: float


@dataclass(frozen=True)
class Reading:
    """How files are read that could be read in several ways.

    Attributes:
        scale: The scale of samples of more than 8 bits; None where no training image had such.
        pages: Which page of a file of several is read: the first, the middle one, or the brightest of all at each
            place; None where that was not said, and such files are refused.
        channels: Which channels become red, green and blue, or gray where it is one, counted from 1; empty where that
            was not said.
    """

    scale: Scale | None = None
    pages: Literal["first", "middle", "max"] | None = None
    channels: tuple[int, ...] = ()


AS_THEY_ARE = Reading()
"""Files of 8 bits, one page and the usual channels."""


@dataclass(frozen=True)
class ImageSpec:
    """The tensor that a model takes: uint8 `[height, width, channels]`.

    Attributes:
        height: Rows, in pixels.
        width: Columns, in pixels.
        color: `rgb` (3 channels) or `gray` (1 channel, ITU-R 601 luma).
        fit: How a picture of another aspect ratio is fitted: `stretch`, `crop` (centre) or `pad` (black bars).
        keep: With `crop`, the side of the centred box that is kept, as a share of the largest there is.
        reading: How deep files, and those of several pages or channels, are read.
    """

    height: int
    width: int
    color: Literal["rgb", "gray"] = "rgb"
    fit: Literal["stretch", "crop", "pad"] = "stretch"
    keep: float = 1.0
    reading: Reading = AS_THEY_ARE

    @property
    def channels(self) -> int:
        """The number of colour channels, 3 or 1."""
        return 3 if self.color == "rgb" else 1


@dataclass(frozen=True)
class Classes:
    """The names of the two answers; the model's score is for the positive one."""

    negative: str
    positive: str


@dataclass(frozen=True)
class Calibration:
    """Platt scaling (Platt 1999): probability = sigmoid(slope * logit + intercept)."""

    slope: float
    intercept: float


@dataclass(frozen=True)
class UncertainBand:
    """Probabilities strictly between `low` and `high` are flagged uncertain; `method` says how they were chosen."""

    low: float
    high: float
    method: str


@dataclass(frozen=True)
class ModelFile:
    """The network file: its hash, its size, and the outputs its graph has (`evidence` is optional)."""

    sha256: str
    bytes: int
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """What the model answered for images it was not trained on, kept to notice drift later.

    Attributes:
        probability_histogram: Counts of out-of-fold probabilities in ten equal bins from 0 to 1.
        novelty_quantiles: The 0, 10, ..., 100 % quantiles of the images' novelty; empty where there is none.
    """

    probability_histogram: tuple[int, ...] = ()
    novelty_quantiles: tuple[float, ...] = ()


@dataclass(frozen=True)
class Card:
    """Everything serving needs about one version of one model.

    Attributes:
        threshold: The answer is the positive class from this calibrated probability on.
        novelty_limit: A novelty above it is flagged unfamiliar; None where the strategy has no such measure.
        settings: Training settings by name, as needed to repeat the run with `seed`.
        libraries: Versions of the libraries that made the model, by name.
        data: Fingerprint and counts of the training data.
        guessing: Whether the model is not expected to do better than always giving the classes' shares; every answer
            is then flagged uncertain.
    """

    name: str
    version: str
    created: str
    classes: Classes
    input: ImageSpec
    calibration: Calibration
    threshold: float
    uncertain: UncertainBand
    novelty_limit: float | None
    model: ModelFile
    strategy: str
    seed: int
    settings: dict[str, Any] = field(default_factory=dict)
    libraries: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    reference: Reference = field(default_factory=Reference)
    guessing: bool = False
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        """Refuse numbers that no model can have."""
        for name, value in (
            ("threshold", self.threshold),
            ("uncertain.low", self.uncertain.low),
            ("uncertain.high", self.uncertain.high),
        ):
            if not 0.0 <= value <= 1.0:
                raise schema.SchemaError(f"card.{name} is {value}; a probability from 0 to 1 was expected.")
        if not 0.0 < self.input.keep <= 1.0:
            raise schema.SchemaError(f"card.input.keep is {self.input.keep}; a share above 0, at most 1, was expected.")
        scale = self.input.reading.scale
        if scale is not None and not scale.low < scale.high:
            raise schema.SchemaError(
                f"card.input.reading.scale is {scale.low} to {scale.high}; low < high was expected."
            )
        if min(self.input.height, self.input.width) < 1:
            raise schema.SchemaError(f"card.input is {self.input.height} x {self.input.width}; 1 pixel is the least.")


def encode(card: Card) -> bytes:
    """Return the card as the bytes of `card.json`; a `reading` that says nothing is left out, as in older cards."""
    value = dataclasses.asdict(card)
    if card.input.reading == AS_THEY_ARE:
        del value["input"]["reading"]
    return jsonfile.encode(value)


def decode(data: bytes) -> Card:
    """Read a card from the bytes of `card.json`; raises `ArtifactError` where it is damaged or of another schema."""
    value = jsonfile.decode(data, "card.json")
    found = value.get("schema_version") if isinstance(value, dict) else None
    if found != SCHEMA_VERSION:
        raise ArtifactError(
            f"card.json has schema_version {found!r}; this version reads {SCHEMA_VERSION}. "
            "Use the release that published the model, or train it again with this one."
        )
    try:
        return schema.build(Card, value, "card")
    except schema.SchemaError as error:
        raise ArtifactError(f"card.json does not describe a model: {error} Train and publish it again.") from error
