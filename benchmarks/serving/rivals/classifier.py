"""The model behind each rival, as a competent user of it would write that: Pillow, ONNX Runtime on one thread.

It takes the shortcuts that the service takes (a JPEG is decoded at a reduced scale, cropping and resizing are one step,
the session has one thread) and none of its checks. The limit is this in a loop.
"""

import io
import json
import math
import os
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps


class Classifier:
    """One published version, from its folder (by default the one that the environment variable MODEL_FOLDER names)."""

    def __init__(self, folder: str | None = None) -> None:
        """Open the network and read what its card says of the input and of the calibration."""
        home = Path(folder or os.environ["MODEL_FOLDER"])
        card = json.loads((home / "card.json").read_text())
        self._input, self._calibration, self._threshold = card["input"], card["calibration"], card["threshold"]
        self._names = card["classes"]["negative"], card["classes"]["positive"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            (home / "model.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._input_name = self._session.get_inputs()[0].name
        self._asked = onnxruntime.RunOptions()
        self._asked.only_execute_path_to_fetches = True

    def predict(self, file: bytes) -> dict[str, object]:
        """Return the label and the probability for the bytes of an image file."""
        return self.predict_picture(Image.open(io.BytesIO(file)))

    def predict_picture(self, picture: Image.Image) -> dict[str, object]:
        """Return the label and the probability for an opened picture."""
        (logit,) = self._session.run(["logit"], {self._input_name: self._pixels(picture)[None]}, self._asked)
        score = self._calibration["slope"] * float(logit[0]) + self._calibration["intercept"]
        probability = 1 / (1 + math.exp(-score))
        return {"label": self._names[probability >= self._threshold], "probability": probability}

    def _pixels(self, picture: Image.Image) -> np.ndarray:
        """Return the pixels `[height, width, 3]` of a picture."""
        width, height = self._input["width"], self._input["height"]
        side = math.ceil(max(width, height) / (self._input["keep"] if self._input["fit"] == "crop" else 1))
        picture.draft("RGB", (side, side))
        picture = ImageOps.exif_transpose(picture).convert("RGB")
        return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR, self._box(picture.size)))

    def _box(self, size: tuple[int, int]) -> tuple[float, float, float, float] | None:
        """Return what of a picture is shown to the network, or None for all of it."""
        if self._input["fit"] != "crop":
            return None
        width, height = self._input["width"], self._input["height"]
        scale = self._input["keep"] * min(size[0] / width, size[1] / height)
        left, top = (size[0] - width * scale) / 2, (size[1] - height * scale) / 2
        return left, top, size[0] - left, size[1] - top
