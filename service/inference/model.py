"""One published version, loaded and checked: bytes of images in, scores and decisions out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from artifact import golden, image, store
from artifact.card import Card
from artifact.errors import ArtifactError
from service.inference import providers

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_OUTPUTS = ("logit", "novelty", "evidence")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Row:
    """What the network gave for one image.

    Attributes:
        logit: The logit.
        novelty: The distance from the training images, or None where the graph has none.
        evidence: float32 `[h, w]`, what each place adds to the logit, or None where the graph has none.
    """

    logit: np.float32
    novelty: np.float32 | None
    evidence: NDArray[np.float32] | None


@dataclass(frozen=True)
class Scores:
    """What the network gave for N images.

    Attributes:
        logit: float32 `[N]`.
        novelty: float32 `[N]`, or None where the graph has none.
        evidence: float32 `[N, h, w]`, what each place adds to the logit, or None where the graph has none.
    """

    logit: NDArray[np.float32]
    novelty: NDArray[np.float32] | None
    evidence: NDArray[np.float32] | None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Scores:
        """Return the scores of the images of several rows."""
        novelty = [row.novelty for row in rows if row.novelty is not None]
        evidence = [row.evidence for row in rows if row.evidence is not None]
        return cls(
            np.array([row.logit for row in rows], np.float32),
            np.array(novelty, np.float32) if novelty else None,
            np.stack(evidence) if evidence else None,
        )

    def rows(self) -> Iterator[Row]:
        """Yield what was given for each image."""
        for index, logit in enumerate(self.logit):
            novelty = None if self.novelty is None else self.novelty[index]
            yield Row(logit, novelty, None if self.evidence is None else self.evidence[index])

    def pair(self, index: int) -> tuple[float, float | None]:
        """Return the logit and the novelty of one image."""
        return float(self.logit[index]), None if self.novelty is None else float(self.novelty[index])


@dataclass(frozen=True, eq=False)
class Model:
    """A model that is ready to answer; safe to use from several threads at once, and equal only to itself.

    Attributes:
        report: What GET /report returns of it.
        provider: Where it runs, and why there.
        loaded: When, in UTC.
        batch: The most images in one run of the network.
        input: The name of the graph's input.
        outputs: The names of the graph's outputs that are read.
    """

    card: Card
    report: dict[str, Any]
    provider: providers.Choice
    loaded: str
    session: InferenceSession
    batch: int
    input: str
    outputs: tuple[str, ...]

    @property
    def identity(self) -> dict[str, str]:
        """The name and the version, as answers give them."""
        return {"name": self.card.name, "version": self.card.version}

    @property
    def pair(self) -> tuple[str, str]:
        """The names of the negative and the positive class."""
        return self.card.classes.negative, self.card.classes.positive

    def score(self, pixels: NDArray[np.uint8]) -> Scores:
        """Run the network on uint8 `[N, height, width, channels]`, at most `batch` images at once."""
        chunks = [pixels[start : start + self.batch] for start in range(0, len(pixels), self.batch)]
        runs = [self.session.run(self.outputs, {self.input: chunk}) for chunk in chunks]
        found = dict(zip(self.outputs, map(np.concatenate, zip(*runs, strict=True)), strict=True))
        return Scores(found["logit"], found.get("novelty"), found.get("evidence"))

    def score_files(self, files: Sequence[bytes]) -> Scores:
        """Decode image files and run the network on them; raises `ImageError` at the first bad one."""
        return self.score(np.stack([image.load(file, self.card.input) for file in files]))


def load(published: store.Published, requested: str, threads: int, batch: int) -> Model:
    """Open a published version where it works best, and check it on its golden images.

    Raises:
        ArtifactError: The file is not a network of the declared shape, or its answers are not those it was published
            with, on any device.
    """
    failure: str | None = None
    for device in providers.devices(requested):
        try:
            model = _open(published, device, threads, batch)
        except Exception as error:  # ONNX Runtime raises a type of its own for each of a dozen causes
            failure = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
            _logger.warning("%s cannot be used: %s", device, failure)
        else:
            return replace(model, provider=providers.choose(requested, device, failure))
    raise ArtifactError(
        f"{published.card.name} version {published.card.version} cannot be served: {failure}. "
        "Publish it again, or roll back."
    )


def _open(published: store.Published, device: providers.Device, threads: int, batch: int) -> Model:
    session = providers.open_session(published.model, device, threads)
    _check_shape(session, published.card)
    model = Model(
        card=published.card,
        report=published.report(),
        provider=providers.Choice(device, device),
        loaded=datetime.now(UTC).isoformat(timespec="seconds"),
        session=session,
        batch=batch,
        input=session.get_inputs()[0].name,
        outputs=tuple(output.name for output in session.get_outputs() if output.name in _OUTPUTS),
    )
    difference = golden.largest_difference(published.cases, lambda file: model.score_files([file]).pair(0))
    if not difference <= providers.TOLERANCE[device]:
        raise ArtifactError(
            f"its answers on the golden images differ from those it was published with by {difference:.2g}, "
            f"and at most {providers.TOLERANCE[device]} was expected"
        )
    return model


def _check_shape(session: InferenceSession, card: Card) -> None:
    inputs = session.get_inputs()
    expected = [card.input.height, card.input.width, card.input.channels]
    if len(inputs) != 1 or inputs[0].type != "tensor(uint8)" or list(inputs[0].shape[1:]) != expected:
        raise ArtifactError(f"its input is not the uint8 [N, {', '.join(map(str, expected))}] that its card declares")
    if "logit" not in {output.name for output in session.get_outputs()}:
        raise ArtifactError("it has no output named logit")
