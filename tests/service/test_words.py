"""What is said of a probability: the same for every model, and never more certain than the number."""

import pytest

from service import words


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.0, "bees, >99 %"),
        (0.996, "bees, >99 %"),
        (0.97, "bees, 97 %"),
        (0.9, "bees, 90 %"),
        (0.72, "probably bees, 72 %"),
        (0.2, "to be treated as bees, 20 %"),
        (0.003, "to be treated as bees, <1 %"),
    ],
)
def test_an_answer_in_words(probability: float, said: str) -> None:
    assert f"{words.grade(probability)}bees, {words.percent(probability)}" == said
