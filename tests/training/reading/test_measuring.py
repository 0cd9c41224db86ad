"""Files of more than 8 bits get one scale for the data set; of several pages one is read, once it is said which."""

import io
from functools import partial
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from artifact.card import AS_THEY_ARE, ImageSpec, Reading
from training import checks
from training.checks import depth
from training.errors import TrainingError
from training.options import parse
from training.reading import dataset
from training.reading.facts import PROPERTIES
from training.reading.measuring import measure_all
from training.reading.sources import Found, Part

RNG = np.random.default_rng(5)
PICTURES = [RNG.integers(0, 256, (24, 24), dtype=np.uint8) // (1 + number % 3) for number in range(8)]


def png(values: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()


def tiff(values: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def found(files: list[bytes], part: Part = "train") -> list[Found]:
    labels = ("cat", "dog")
    return [Found(f"{number}.png", labels[number % 2], part, partial(bytes, data)) for number, data in enumerate(files)]


def twelve_in_sixteen(values: Any) -> bytes:
    return png(values.astype(np.uint16) * 16)


def test_the_same_pictures_in_eight_and_in_twelve_bits_give_the_same_facts_and_pixels() -> None:
    eight, twelve = (dataset.read(found([save(one) for one in PICTURES])) for save in (png, twelve_in_sixteen))
    assert eight.reading == AS_THEY_ARE
    scale = twelve.reading.scale
    assert scale is not None
    assert (scale.low, scale.high) == (0, 4095)
    for one, other in zip(eight.train, twelve.train, strict=True):
        seen, same = (np.delete(sample.facts.properties, PROPERTIES.index("file size")) for sample in (one, other))
        np.testing.assert_allclose(seen, same, atol=0.01)
        difference = one.load(ImageSpec(24, 24, "gray")).astype(int) - other.load(ImageSpec(24, 24, "gray"))
        assert np.abs(difference).max() <= 1


def test_the_scale_is_told_from_the_training_images_alone() -> None:
    train = found([twelve_in_sixteen(one) for one in PICTURES[:4]])
    test = found([png(one.astype(np.uint16) * 257) for one in PICTURES[4:]], "test")
    scale = measure_all([*train, *test])[1].scale
    assert scale is not None
    assert scale.high == 4095


def test_floating_point_images_can_be_learned_from() -> None:
    read = dataset.read(found([tiff((one / 255).astype(np.float32)) for one in PICTURES]))
    assert len(read.train) == 8
    np.testing.assert_array_equal(read.train[0].load(ImageSpec(24, 24, "gray"))[..., 0], PICTURES[0])


def test_stacks_are_refused_with_the_option_that_helps_and_then_read() -> None:
    stacks = found([tiff(np.stack([one // 3, one]), photometric="minisblack") for one in PICTURES])
    with pytest.raises(TrainingError, match="--pages first, middle or max"):
        dataset.read(stacks)
    read = dataset.read(stacks, reading=Reading(pages="max"))
    assert read.reading.pages == "max"
    np.testing.assert_array_equal(read.train[3].load(ImageSpec(24, 24, "gray"))[..., 0], PICTURES[3])


def test_unlabelled_images_are_read_by_the_scale_of_the_labelled() -> None:
    labelled = dataset.read(found([twelve_in_sixteen(one) for one in PICTURES]))
    more = dataset.read_unlabelled(found([png(PICTURES[0].astype(np.uint16))]), labelled.reading)
    assert more[0].reading == labelled.reading
    assert more[0].load(ImageSpec(24, 24, "gray")).max() <= 16


@pytest.mark.parametrize(("text", "channels"), [("2", (2,)), ("3,1,2", (3, 1, 2))])
def test_the_options_say_pages_and_channels(text: str, channels: tuple[int, ...]) -> None:
    assert parse(["photos", "--pages", "middle", "--channels", text]).reading == Reading(None, "middle", channels)


@pytest.mark.parametrize("text", ["0", "1,2", "red", "", "1,2,3,4"])
def test_channels_that_make_no_picture_are_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["photos", "--channels", text])
    assert "one or three numbers" in capsys.readouterr().err


def test_images_of_quite_another_range_than_the_scale_are_counted_and_named() -> None:
    """As DICOMs of 12 and of 16 stored bits in one folder are; here by ImageJ's display range (tifffile 2026.3.3)."""

    def saved(values: Any, white: float, black: float = 0.0) -> bytes:
        return tiff(values.astype(np.uint16), imagej=True, metadata={"min": black, "max": white})

    def warnings(last: bytes) -> list[str]:
        files = found([*(saved(one * 16.0, 4095) for one in PICTURES[:-1]), last])
        subject = checks.Subject(dataset.read(files))
        return [result.summary for result in depth.check(subject) if result.severity == "warning"]

    assert warnings(saved(PICTURES[-1] * 16.0, 3000)) == []
    assert warnings(png(PICTURES[-1].astype(np.uint16) * 16)) == []
    for last in (saved(PICTURES[-1] * 257.0, 65535), png(np.where(PICTURES[-1] > 9, 65535, 0).astype(np.uint16))):
        (said,) = warnings(last)
        assert said.startswith("1 of 8 training images have another range (such as 7.png: 0 to 65535), so")
    (said,) = warnings(saved(PICTURES[-1] * 16.0 + 8000, 12095, 8000))  # as long, and elsewhere
    assert "(such as 7.png: 8000 to 12095)" in said
