"""One published version, loaded and checked: bytes of images in, scores and decisions out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np

from artifact import golden, image, network, store
from artifact.card import Card
from artifact.errors import ArtifactError
from artifact.freed_memory import give_back
from artifact.network import Opened, Pixels, Scores
from artifact.report import reading
from artifact.report.section import Report
from service.inference import providers

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Model:
    """A model that is ready to answer; safe to use from several threads at once, and equal only to itself.

    Attributes:
        report: What GET /report returns of it.
        provider: Where it runs, and why there.
        loaded: When, in UTC.
        network: What is run.
    """

    card: Card
    report: dict[str, Any]
    provider: providers.Choice
    loaded: str
    network: Opened

    @cached_property
    def told(self) -> Report:
        """What the report says, section by section."""
        return reading.read(self.report)

    @property
    def identity(self) -> dict[str, str]:
        """The name and the version, as answers give them."""
        return {"name": self.card.name, "version": self.card.version}

    @property
    def pair(self) -> tuple[str, str]:
        """The names of the negative and the positive class."""
        return self.card.classes.negative, self.card.classes.positive

    @property
    def batch(self) -> int:
        """The most images in one run of the network."""
        return self.network.batch

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the network's outputs that are read."""
        return self.network.outputs

    def score(self, pixels: Pixels) -> Scores:
        """Run the network on uint8 `[N, height, width, channels]`, at most `batch` images at once."""
        return self.network.score(pixels)

    def score_files(self, files: Sequence[bytes]) -> Scores:
        """Decode image files and run the network on them; raises `ImageError` at the first bad one."""
        return self.score(np.stack([image.load(file, self.card.input) for file in files]))


def load(published: store.Published, requested: str, threads: int, batch: int) -> Model:
    """Open a published version where it works best, and check it on its golden images.

    Raises:
        ArtifactError: The file is not a network of the declared shape, or its answers are not those it was published
            with, on any device; or its report cannot be read.
    """
    called = f"{published.card.name} version {published.card.version}"
    try:
        report = published.report()
    except ArtifactError as error:  # of no device, and with a fix of its own
        raise ArtifactError(f"{called} cannot be served: {error}") from error
    failure: str | None = None
    for device in providers.devices(requested):
        try:
            model = _open(published, report, device, threads, batch)
        except Exception as error:  # ONNX Runtime raises a type of its own for each of a dozen causes
            failure = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
            _logger.warning("%s cannot be used: %s", device, failure)
        else:
            give_back()  # what reading the network took for a moment, in every worker
            return replace(model, provider=providers.choose(requested, device, failure))
    raise ArtifactError(f"{called} cannot be served: {(failure or '').rstrip('.')}. Publish it again, or roll back.")


def _open(
    published: store.Published, report: dict[str, Any], device: providers.Device, threads: int, batch: int
) -> Model:
    session = providers.open_session(published.model, device, threads)
    model = Model(
        card=published.card,
        report=report,
        provider=providers.Choice(device, device),
        loaded=datetime.now(UTC).isoformat(timespec="seconds"),
        network=network.read(session, published.card.input, batch),
    )
    difference = golden.largest_difference(published.cases, lambda file: model.score_files([file]).pair(0))
    if not difference <= providers.TOLERANCE[device]:
        raise ArtifactError(
            f"its answers on the golden images differ from those it was published with by {difference:.2g}, "
            f"and at most {providers.TOLERANCE[device]} was expected"
        )
    return model
