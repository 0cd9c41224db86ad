"""Problems of many classes on pictures: which photograph a patch was cut from, and letters as a font draws them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import skimage
from PIL import Image, ImageDraw, ImageFont

from benchmarks.doctor.causes import Rng
from benchmarks.doctor.problems import Problem, Rows

PHOTOGRAPHS: tuple[str, ...]
PHOTOGRAPHS = ("astronaut", "brick", "camera", "cell", "chelsea", "clock_motion", "coffee", "coins", "grass", "gravel")
PHOTOGRAPHS += ("hubble_deep_field", "ihc", "moon", "motorcycle_left", "page", "retina", "rocket", "text")
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SIDE = 10
Picture = npt.NDArray[np.float32]


def photographs(rng: Rng, count: int) -> Problem:
    """Patches of 10 by 10 pixels from `count` of scikit-image's photographs; the answer is the photograph."""
    names = rng.permutation(PHOTOGRAPHS)[:count]
    pictures = [_photograph(str(name)) for name in names]
    centred, noise = bool(rng.random() < 0.5), float(rng.choice([0.0, 0.0, 0.1]))

    def draw(n: int, rng: np.random.Generator) -> Rows:
        y = rng.integers(0, count, n)
        x = np.stack([_patch(pictures[number], rng) for number in y]).reshape(n, -1)
        x = x - x.mean(axis=1, keepdims=True) * centred
        return (x + noise * rng.normal(size=x.shape)).astype(np.float32), y.astype(np.float32)

    return Problem("many_photographs", draw)


def signs(rng: Rng, count: int) -> Problem:
    """Letters and numbers of 10 by 10 pixels, moved, turned and noisy: `count` of the 62."""
    chosen = rng.permutation(len(SIGNS))[:count]
    turn, noise = float(rng.uniform(0, 25)), float(rng.uniform(0.02, 0.35))

    def draw(n: int, rng: np.random.Generator) -> Rows:
        y = rng.integers(0, count, n)
        x = np.stack([_sign(int(chosen[number]), turn, rng) for number in y]).reshape(n, -1)
        return (x + noise * rng.normal(size=x.shape)).astype(np.float32), y.astype(np.float32)

    return Problem("many_signs", draw)


def _patch(picture: Picture, rng: np.random.Generator) -> Picture:
    top, left = (int(rng.integers(0, size - _SIDE)) for size in picture.shape)
    return picture[top : top + _SIDE, left : left + _SIDE]


@lru_cache(maxsize=len(PHOTOGRAPHS))
def _photograph(name: str) -> Picture:
    (path,) = (Path(skimage.__file__).parent / "data").glob(f"{name}.*")
    with Image.open(path) as image:
        return np.asarray(image.convert("L").resize((160, 160)), np.float32) / np.float32(255)


@lru_cache(maxsize=len(SIGNS))
def _glyph(number: int) -> Image.Image:
    image = Image.new("L", (40, 40))
    ImageDraw.Draw(image).text((20, 20), SIGNS[number], fill=255, font=ImageFont.load_default(28), anchor="mm")
    return image


def _sign(number: int, turn: float, rng: np.random.Generator) -> Picture:
    right, down = (int(pixels) for pixels in rng.integers(-4, 5, 2))
    image = _glyph(number).rotate(float(rng.uniform(-turn, turn)), translate=(right, down))
    return np.asarray(image.resize((_SIDE, _SIDE)), np.float32) / np.float32(255)
