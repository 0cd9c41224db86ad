"""Golden cases: images and the outputs that the model gave for them when it was published.

They travel with the model. Training refuses to publish where ONNX Runtime and Keras disagree on them; the service runs
them before it says that it is ready, so a damaged model, decoder or runtime is noticed before a user meets it. The
images are drawn here, not taken from the user's data, and stored as files of several formats, so decoding is tested.
"""

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

from artifact import jsonfile, schema
from artifact.errors import ArtifactError

Score = tuple[float, float | None]
"""The logit and the novelty of one image; None where the model has no novelty output."""


@dataclass(frozen=True)
class Case:
    """One image file (base64) and the outputs recorded for it."""

    image: str
    logit: float
    novelty: float | None

    def file(self) -> bytes:
        """Return the bytes of the image file."""
        return base64.b64decode(self.image, validate=True)


@dataclass(frozen=True)
class _Document:
    cases: tuple[Case, ...]


def draw() -> list[bytes]:
    """Draw the golden images: one JPEG that decodes at reduced scale, and PNGs: gray, transparent, 16-bit, turned."""
    rows, columns = np.mgrid[0:240, 0:320] / 320.0
    waves = [np.sin(columns * (9 + 5 * c) + rows * (7 - 3 * c) + c) * np.cos(rows * 11 - columns * c) for c in range(4)]
    pixels = np.stack([127.5 + 127.5 * wave for wave in waves], axis=-1).astype(np.uint8)
    orientation = Image.Exif()
    orientation[0x0112] = 6  # turned by 90 degrees
    return [
        _save(Image.fromarray(pixels[..., :3]), "JPEG", quality=90),
        _save(Image.fromarray(pixels[:100:2, :130:2, 0]), "PNG"),
        _save(Image.fromarray(pixels[::4, ::4]), "PNG"),
        _save(Image.fromarray(pixels[::4, ::4, 1].astype(np.uint16) * 257), "PNG"),
        _save(Image.fromarray(255 - pixels[::4, ::3, :3]), "PNG", exif=orientation),
    ]


def record(score: Callable[[bytes], Score]) -> tuple[Case, ...]:
    """Score the golden images and return them as cases; `score` takes the bytes of a file."""
    return tuple(Case(base64.b64encode(file).decode(), *score(file)) for file in draw())


def largest_difference(cases: tuple[Case, ...], score: Callable[[bytes], Score]) -> float:
    """Return the largest difference between recorded and new outputs, relative to 1 or the output if larger."""
    largest = 0.0
    for case in cases:
        for recorded, found in zip((case.logit, case.novelty), score(case.file()), strict=True):
            if recorded is None or found is None:
                largest = max(largest, 0.0 if recorded is found else float("inf"))
            elif not np.isfinite(found):
                largest = float("inf")
            else:
                largest = max(largest, abs(found - recorded) / max(1.0, abs(recorded)))
    return largest


def encode(cases: tuple[Case, ...]) -> bytes:
    """Return the cases as the bytes of `golden.json`."""
    return jsonfile.encode(asdict(_Document(cases)))


def decode(data: bytes) -> tuple[Case, ...]:
    """Read the cases from the bytes of `golden.json`; raises `ArtifactError` where they are damaged or none."""
    try:
        cases = schema.build(_Document, jsonfile.decode(data, "golden.json"), "golden").cases
        for case in cases:
            case.file()
    except ValueError as error:
        raise ArtifactError(f"golden.json is damaged: {error} Restore it, or publish the model again.") from error
    if not cases:
        raise ArtifactError("golden.json has no cases, so the model cannot be checked. Publish the model again.")
    return cases


def sha256(data: bytes) -> str:
    """Return the SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _save(picture: Image.Image, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()
