import io
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training.command import main
from training.reading import facts
from training.reading.dataset import Sample

FAST = ["--strategy", "pretrained", "--folds", "2", "--repeats", "1"]


@pytest.fixture(scope="session")
def draw_file() -> Callable[..., bytes]:
    """Return the bytes of a PNG file: noise by number, of a class's brightness and size."""

    def draw(number: int, brightness: float = 128, size: tuple[int, int] = (24, 20)) -> bytes:
        noise = np.random.default_rng(number).normal(brightness, 30, (*size, 3))
        file = io.BytesIO()
        Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(file, "PNG")
        return file.getvalue()

    return draw


@pytest.fixture(scope="session")
def make_sample(draw_file: Callable[..., bytes]) -> Callable[..., Sample]:
    """Return a measured sample from the same numbers as `draw_file`."""

    def make(number: int, label: int, **options: Any) -> Sample:
        data = draw_file(number, **options)
        return Sample(f"{number}.png", label, facts.measure(data), lambda: data)

    return make


@pytest.fixture(scope="session")
def write_images(draw_file: Callable[..., bytes]) -> Callable[..., Path]:
    """Write images of two classes, dark and bright, into one folder for each; numbers make the noise."""

    def write(root: Path, numbers: Iterable[int], dark: str = "no", bright: str = "yes") -> Path:
        for label, brightness, shift in ((dark, 90, 0), (bright, 170, 1000)):
            folder = root / label
            folder.mkdir(parents=True, exist_ok=True)
            for number in numbers:
                (folder / f"{number}.png").write_bytes(draw_file(number + shift, brightness))
        return root

    return write


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Let every strategy's name stand for one that takes no time."""
    from tests.training import brightness
    from training import strategies

    monkeypatch.setattr(strategies, "load", lambda name: brightness)
    return brightness


@pytest.fixture
def data(tmp_path: Path, write_images: Callable[..., Path]) -> Path:
    return write_images(tmp_path / "data", range(6))


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process, publishing below `tmp_path`: its exit status, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main([str(one) for one in arguments] + ["--models", str(tmp_path / "models"), "--no-cache", *FAST])
        captured = capsys.readouterr()
        return status, captured.out, " ".join(captured.err.split())

    return run
