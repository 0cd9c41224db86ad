"""Going back to the version before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from artifact import store
from artifact.errors import ArtifactError
from artifact.publishing import Bundle, publish, roll_back


def test_rolling_back_goes_one_version_at_a_time(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    for model in (b"a", b"b", b"c"):
        publish(models, make_bundle(model))
    assert roll_back(models, "faces") == "2"
    assert store.read(models, "faces").model == b"b"
    assert roll_back(models, "faces") == "1"
    with pytest.raises(ArtifactError, match="no version before 1"):
        roll_back(models, "faces")
    assert store.read(models, "faces").model == b"a"
    assert publish(models, make_bundle(b"d")).version == "4"


@pytest.mark.parametrize("content", ["", "nonsense", None])
def test_rolling_back_mends_a_damaged_current_file(
    content: str | None, models: Path, make_bundle: Callable[..., Bundle]
) -> None:
    for model in (b"a", b"b"):
        publish(models, make_bundle(model))
    current = models / "faces" / "current"
    current.unlink() if content is None else current.write_text(content)
    assert roll_back(models, "faces") == "2"
    assert store.read(models, "faces").model == b"b"


def test_rolling_back_passes_over_what_is_damaged(models: Path, make_bundle: Callable[..., Bundle]) -> None:
    for model in (b"a", b"b", b"c", b"d"):
        publish(models, make_bundle(model))
    (models / "faces" / "3" / store.CARD_FILE).write_bytes(b"{")
    assert roll_back(models, "faces") == "2"
    (models / "faces" / "1" / store.MODEL_FILE).unlink()
    with pytest.raises(ArtifactError, match="faces version 1 cannot be read"):
        roll_back(models, "faces")
    assert store.current(models, "faces") == "2"


def test_rolling_back_what_was_never_published_says_so(models: Path) -> None:
    with pytest.raises(ArtifactError, match="No model named faces"):
        roll_back(models, "faces")
