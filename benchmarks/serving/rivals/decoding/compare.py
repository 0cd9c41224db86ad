"""Compare ways from a JPEG to the network's input:  `compare.py MODEL_FOLDER JPEG ...`, in this folder's environment.

`artifact.image.load` (Pillow, which lets libjpeg decode at a reduced scale, and resizes with antialiasing) against
simplejpeg (libjpeg-turbo) decoding at the same scale, followed by Pillow's or OpenCV's resize; in processor time and in
the pixels that come out. The order of the ways changes from round to round.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from artifact import card, image
from artifact.card import ImageSpec

Pixels = NDArray[np.uint8]
Way = Callable[[bytes, ImageSpec], Pixels]
_ROUNDS, _TIMES = 15, 20


def main() -> int:
    """Print a Markdown table of the ways."""
    folder, *files = map(Path, sys.argv[1:])
    spec = card.decode((folder / "card.json").read_bytes()).input
    print("| JPEG | way | processor ms | share | mean difference of pixels |\n| --- | --- | --- | --- | --- |")
    for path in files:
        file = path.read_bytes()
        expected = image.load(file, spec).astype(float)
        found = _measure(file, spec)
        for name, seconds in found.items():
            difference = np.abs(WAYS[name](file, spec) - expected).mean()
            share = seconds / found[next(iter(WAYS))]
            print(f"| {path.stem} | {name} | {1e3 * seconds:.2f} | {share:.2f} | {difference:.2f} of 255 |")
    return 0


def _measure(file: bytes, spec: ImageSpec) -> dict[str, float]:
    """Return the median processor time of each way, in seconds an image."""
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(_ROUNDS):
        names = list(WAYS)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            begun = time.process_time()
            for _ in range(_TIMES):
                WAYS[name](file, spec)
            seconds[name].append((time.process_time() - begun) / _TIMES)
    return {name: statistics.median(found) for name, found in seconds.items()}


def _simplejpeg(file: bytes, spec: ImageSpec) -> Pixels:
    side = int(np.ceil(max(spec.height, spec.width) / spec.keep))
    pixels: Pixels = simplejpeg.decode_jpeg(file, "RGB", min_height=side, min_width=side, min_factor=1)
    return pixels


def _pillow_resize(file: bytes, spec: ImageSpec) -> Pixels:
    picture = Image.fromarray(_simplejpeg(file, spec))
    box = image.crop_box(picture.size, spec)
    return np.asarray(picture.resize((spec.width, spec.height), Image.Resampling.BILINEAR, box))


def _opencv_resize(file: bytes, spec: ImageSpec) -> Pixels:
    pixels = _simplejpeg(file, spec)
    left, top, right, bottom = map(round, image.crop_box((pixels.shape[1], pixels.shape[0]), spec))
    part = pixels[top:bottom, left:right]
    resized: Pixels = cv2.resize(part, (spec.width, spec.height), interpolation=cv2.INTER_AREA)
    return resized


WAYS: dict[str, Way] = {
    "Pillow, as it is": image.load,
    "simplejpeg, Pillow's resize": _pillow_resize,
    "simplejpeg, OpenCV's resize (area)": _opencv_resize,
}
"""The ways, the present one first."""

if __name__ == "__main__":
    sys.exit(main())
