"""What the files beside an exported network say of its input: those of Hugging Face's Transformers and of timm.

`preprocessor_config.json` is written by Transformers' `save_pretrained` and by Optimum's export; `config.json` of timm
has `pretrained_cfg`.
"""

import json
from pathlib import Path
from typing import Any

from training.backbone.errors import BackboneError
from training.backbone.own_file import Six

PREPROCESSOR, TIMM = "preprocessor_config.json", "config.json"


def find_normalisation(folder: Path) -> Six | None:
    """Return means and standard deviations that a file in the folder states, or None."""
    found = _read(folder / PREPROCESSOR)
    if "image_mean" in found and found.get("do_normalize", True):
        rescaled = float(found.get("rescale_factor", 1 / 255)) * 255 if found.get("do_rescale", True) else 255.0
        return _six(folder / PREPROCESSOR, found["image_mean"], found.get("image_std"), rescaled)
    trained = _read(folder / TIMM).get("pretrained_cfg")
    if isinstance(trained, dict) and "mean" in trained:
        return _six(folder / TIMM, trained["mean"], trained.get("std"), 1.0)
    return None


def find_size(folder: Path) -> int | None:
    """Return the side of the picture, in pixels, that a file in the folder states, or None."""
    found = _read(folder / PREPROCESSOR)
    for key in ("crop_size", "size"):
        size = found.get(key)
        if isinstance(size, dict):
            size = size.get("height") or size.get("shortest_edge")
        if isinstance(size, int):
            return size
    trained = _read(folder / TIMM).get("pretrained_cfg")
    size = trained.get("input_size") if isinstance(trained, dict) else None
    return int(size[-1]) if isinstance(size, list) and size else None


def _six(path: Path, mean: Any, deviation: Any, scale: float) -> Six:
    """Return the numbers for pixels from 0 to 1; the file's are for pixels from 0 to `scale`."""
    try:
        numbers = [float(value) / scale for value in (*mean, *deviation)]
        first, second, third, fourth, fifth, sixth = numbers
    except (TypeError, ValueError) as error:
        raise BackboneError(
            f"{path} has {mean} and {deviation} as mean and standard deviation of the pixels; three numbers each were "
            "expected. Say them by --backbone-normalise."
        ) from error
    return first, second, third, fourth, fifth, sixth


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BackboneError(f"{path} cannot be read ({error}). Mend or remove it.") from error
    return found if isinstance(found, dict) else {}
