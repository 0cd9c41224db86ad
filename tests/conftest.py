import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from artifact import telemetry

TESTS = Path(__file__).parent
LONGEST = (
    "training/strategies/test_strategies.py",
    "test_documentation.py",
    "service/test_accessibility.py",
    "service/test_batch_s3.py",
    "service/test_faults.py",
    "service/test_commands.py",
    "training/backbone/",
    "test_silence.py",
    "training/triton/",
    "service/test_browser",
    "service/test_stopping.py",
)
"""How the names of the files begin that take longest; the others follow by their number of tests."""

telemetry.switch_off()  # before a test module imports ONNX Runtime or Ray


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try what failed in a browser once more; in one process of several, let the longest begin first."""
    for item in items:
        if hasattr(getattr(item, "module", None), "needs_chromium"):
            item.add_marker(pytest.mark.flaky(reruns=1))  # the summary names it: the page, or the machine, was slow
    if hasattr(config, "workerinput"):
        counts = Counter(item.path for item in items)

        def rank(item: pytest.Item) -> tuple[int, int]:
            name = item.path.relative_to(TESTS).as_posix()
            place = next((place for place, start in enumerate(LONGEST) if name.startswith(start)), len(LONGEST))
            return place, -counts[item.path]

        items.sort(key=rank)


@pytest.fixture(scope="session")
def encode_image() -> Callable[..., bytes]:
    """Turn a Pillow picture into the bytes of a file: (picture, format, **options for Pillow's save)."""

    def encode(picture: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
        file = io.BytesIO()
        picture.save(file, file_format, **options)
        return file.getvalue()

    return encode
