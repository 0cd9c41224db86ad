import io
import zipfile

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="session")
def picture():
    """Draw a small picture by number, a different one for each; the bytes of a PNG file."""

    def draw(number, size=(24, 20)):
        pixels = np.random.default_rng(number).integers(0, 256, (*size, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()

    return draw


@pytest.fixture
def write(tmp_path):
    """Write files, by path, below a folder or into a .zip, and return its path."""

    def make(files, kind="folder"):
        if kind == "zip":
            archive_path = tmp_path / "data.zip"
            with zipfile.ZipFile(archive_path, "w") as archive:
                for name, data in files.items():
                    archive.writestr(name, data)
            return archive_path
        root = tmp_path / "data"
        for name, data in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return root

    return make
