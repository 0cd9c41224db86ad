import base64
import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from artifact.card import Classes
from artifact.report.photos import Look
from tests.there import there
from training.evaluation.novelty import Novelty
from training.output import looking
from training.output.thumbnails import encode
from training.reading.dataset import Sample

CLASSES = Classes("cat", "dog")


@pytest.fixture(scope="module")
def samples(make_sample: Callable[..., Sample]) -> list[Sample]:
    return [make_sample(number, number % 2) for number in range(30)]


def _logits(samples: Sequence[Sample], repeats: int = 4, sure: float = 3.0) -> NDArray[np.float64]:
    return np.tile(np.array([sure if sample.label else -sure for sample in samples]), (repeats, 1))


def _choose(samples: Sequence[Sample], logits: NDArray[np.float64], novelty: Novelty | None = None) -> list[Look]:
    return looking.choose(samples, logits, CLASSES, novelty)


def _distances(unlike: dict[int, float]) -> Novelty:
    reference = np.full(30, 1.0)
    reference[list(unlike)] = list(unlike.values())
    return Novelty(np.zeros((2, 3), np.float32), 1.5, reference)


def test_where_all_is_well_there_is_nothing_to_look_at(samples: list[Sample]) -> None:
    assert _choose(samples, _logits(samples), _distances({})) == []


def test_the_most_doubted_label_comes_first_then_what_swings_then_what_is_unlike(samples: list[Sample]) -> None:
    logits = _logits(samples)
    logits[:, 4], logits[:, 7] = 2.0, -4.0  # a cat called dog, and a dog called cat more surely
    logits[:, 11] = [3, -3, 3, -3]
    looks = _choose(samples, logits, _distances({20: 1.6, 21: 2.5, 7: 9.0}))
    assert [look.file for look in looks] == ["7.png", "4.png", "11.png", "21.png", "20.png"]
    assert [look.label for look in looks[:2]] == ["dog", "cat"]
    assert "cat (98 %)" in looks[0].reason
    assert "dog (88 %)" in looks[1].reason
    assert "swings" in looks[2].reason
    assert looks[2].probability == pytest.approx(0.5)
    assert "unlike" in looks[3].reason


def test_a_mild_doubt_is_no_doubt(samples: list[Sample]) -> None:
    logits = _logits(samples)
    logits[:, 4] = 1.0  # dog with 73 %, less than three times as likely as cat
    assert _choose(samples, logits) == []
    logits[:, 4] = 1.2
    assert [look.file for look in _choose(samples, logits)] == ["4.png"]


def test_of_a_rare_class_the_common_answer_alone_is_no_doubt(make_sample: Callable[..., Sample]) -> None:
    samples = [make_sample(number, int(number < 5)) for number in range(65)]  # 5 dogs and 60 cats
    logits = np.where(np.arange(65) < 5, 0.0, -4.0)[None]
    logits[0, [0, 1]] = -np.log(33), -np.log(40)  # cat with 97.1 % and 97.6 %; 92.3 % are cats
    logits[0, 9] = 1.2
    assert [look.file for look in _choose(samples, logits)] == ["1.png", "9.png"]


def test_a_model_that_is_no_better_than_guessing_doubts_no_label(samples: list[Sample]) -> None:
    assert looking.choose(samples, -_logits(samples), CLASSES, None, guessing=True) == []


def test_at_most_a_dozen_are_shown_the_worst_of_all(samples: list[Sample]) -> None:
    logits = -_logits(samples)
    logits[:, :15] *= np.linspace(1, 2, 15)
    looks = _choose(samples, logits)
    assert [look.file for look in looks] == [f"{number}.png" for number in range(14, 2, -1)]


def test_a_thumbnail_is_the_picture_of_the_file_in_its_shape_and_no_larger(
    samples: list[Sample], draw_file: Callable[..., bytes]
) -> None:
    look = _choose(samples, -_logits(samples))[0]
    thumbnail = Image.open(io.BytesIO(base64.b64decode(there(look.thumbnail))))
    original = Image.open(io.BytesIO(draw_file(int(look.file.split(".")[0])))).convert("RGB")
    assert (thumbnail.format, thumbnail.size) == ("JPEG", original.size)
    pixels = [np.asarray(one.convert("L"), float).ravel() for one in (thumbnail, original)]
    assert np.corrcoef(pixels[0], pixels[1])[0, 1] > 0.9


@pytest.mark.parametrize(("size", "expected"), [((640, 480), (72, 96)), ((100, 1000), (96, 10)), ((3, 5), (5, 3))])
def test_a_thumbnail_fits_its_side_without_bars(
    make_sample: Callable[..., Sample], size: tuple[int, int], expected: tuple[int, int]
) -> None:
    rows, columns = size
    sample = make_sample(1, 0, size=(rows, columns))
    with Image.open(io.BytesIO(base64.b64decode(encode(sample, 96)))) as thumbnail:
        assert thumbnail.size == expected
