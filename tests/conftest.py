import io

import pytest

from artifact import telemetry

telemetry.switch_off()  # before a test module imports ONNX Runtime or Ray


@pytest.fixture(scope="session")
def encode_image():
    """Turn a Pillow picture into the bytes of a file: (picture, format, **options for Pillow's save)."""

    def encode(picture, file_format="PNG", **options):
        file = io.BytesIO()
        picture.save(file, file_format, **options)
        return file.getvalue()

    return encode
