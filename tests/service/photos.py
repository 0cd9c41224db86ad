"""Files like photographs: as large, and of bytes as dense as those of a real JPEG, line ends among them."""

import io

import numpy as np
from PIL import Image


def photo(size: tuple[int, int] = (640, 480), seed: int = 0, kind: str = "JPEG", **options: object) -> bytes:
    """Return a picture of a gradient under noise, whose file is nearly incompressible."""
    random = np.random.default_rng(seed)
    width, height = size
    ramp = np.linspace(60, 200, width)[None, :, None] + np.linspace(-30, 30, height)[:, None, None]
    pixels = (ramp + random.normal(0, 25, (height, width, 3))).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def padded(size: int, seed: int = 0, line_ends: float = 0.02, end: bytes = b"") -> bytes:
    """Return a JPEG of exactly so many bytes; what follows its end marker is random, and readers pass it over.

    Args:
        size: How many bytes.
        seed: Of the random bytes.
        line_ends: The share of them that are CR or LF beyond chance.
        end: What the file ends in.
    """
    random = np.random.default_rng(seed)
    file = photo((32, 24), seed)
    filler = random.integers(0, 256, size - len(file) - len(end), dtype=np.uint8)
    chosen = random.random(len(filler)) < line_ends
    filler[chosen] = random.choice(np.array([13, 10], np.uint8), int(chosen.sum()))
    return file + filler.tobytes() + end
