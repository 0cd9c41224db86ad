import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    """Draw a small picture by number, a different one for each; the bytes of a PNG file."""

    def draw(number: int, size: tuple[int, int] = (24, 20)) -> bytes:
        pixels = np.random.default_rng(number).integers(0, 256, (*size, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()

    return draw


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write files, by path, below a folder or into a .zip, and return its path."""

    def make(files: dict[str, bytes], kind: str = "folder") -> Path:
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
