import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from artifact import telemetry

telemetry.switch_off()  # before a test module imports ONNX Runtime or Ray


@pytest.fixture(scope="session")
def encode_image() -> Callable[..., bytes]:
    """Turn a Pillow picture into the bytes of a file: (picture, format, **options for Pillow's save)."""

    def encode(picture: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
        file = io.BytesIO()
        picture.save(file, file_format, **options)
        return file.getvalue()

    return encode
