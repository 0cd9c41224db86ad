"""A number with its noun."""

import pytest

from artifact.counting import counted


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (1200, "1,200 images")]
)
def test_one_is_one_and_all_else_are_several(number: int, words: str) -> None:
    assert counted(number, "image") == words
