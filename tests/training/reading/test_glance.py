"""Large files are told of by their names and headers before any is decoded, and a photograph is decoded once."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from artifact import image
from artifact.card import ImageSpec
from training.errors import TrainingError
from training.gathering import gather
from training.progress import Stages
from training.reading import dataset, decoded, glance, sources
from training.reading.found import Found, Listing
from training.settings import Settings


def photo(seed: int, side: int = 900) -> bytes:
    """A JPEG of noise, of some hundred thousand bytes."""
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue()


def listing(files: dict[str, bytes]) -> Listing:
    entries = [Found(name, name.split("/")[0], "train", partial(bytes, data)) for name, data in files.items()]
    return Listing(entries, [], "a folder for each class")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    photos = [photo(number, 400) for number in range(7)]
    named = {f"{'no' if number % 2 else 'yes'}/{number}.jpg": data for number, data in enumerate(photos)}
    return named | {"no/copy.jpg": photos[1], "yes/letter.jpg": b"Dear Sir or Madam, no picture is enclosed." * 9}


def test_classes_counts_copies_and_what_is_no_image_are_told_without_decoding(
    files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: ImageFile.ImageFile) -> None:
        raise AssertionError("a picture was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", refuse)
    told = glance.take(listing(files)).splitlines()
    assert told[0] == "At a glance, by the names and headers of 9 files:"
    assert "Classes: yes (yes) and no (no)." in told
    assert "Training: 4 yes, 3 no." in told
    assert "Not used: 2." in told
    assert any(line.startswith("  no/copy.jpg: It is an exact copy of no/1.jpg") for line in told)
    assert any(line.startswith("  yes/letter.jpg: The bytes are not an image") for line in told)


def test_patients_in_the_names_are_told_at_a_glance() -> None:
    names = [
        f"{label}/patient{number}_slice{k}.jpg" for label in ("no", "yes") for number in range(3) for k in range(4)
    ]
    data = {name: photo(number, 32) for number, name in enumerate(names)}
    assert "Groups: 6 patients (3 with no, 3 with yes), by the file names" in glance.take(listing(data))


def test_more_than_two_classes_are_refused_at_a_glance(files: dict[str, bytes]) -> None:
    with pytest.raises(TrainingError, match="Found 3 classes"):
        glance.take(listing(files | {"perhaps/1.jpg": files["no/1.jpg"]}))


@pytest.mark.parametrize(("large", "said"), [(10**5, True), (10**9, False)])
def test_the_glance_is_said_of_large_files_and_then_all_is_found_that_decoding_tells(
    large: int, said: bool, files: dict[str, bytes], write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glance, "LARGE", large)
    heard: list[str] = []
    monkeypatch.setattr(Stages, "say", lambda stages, text: heard.append(text))
    cut = files | {"yes/cut.jpg": files["yes/0.jpg"][:-9000]}
    data = gather(Settings(source=write(cut), cache=None), Stages(quiet=True)).dataset
    assert len(heard) == said
    assert {entry.file: entry.reason for entry in data.skipped}["yes/cut.jpg"].startswith("The JPEG file is damaged")
    assert (len(data.train), len(data.skipped)) == (7, 3)


def test_how_large_the_files_are_together_is_told_from_some(files: dict[str, bytes]) -> None:
    together = len(files) * len(files["no/1.jpg"])
    assert not glance.is_worth_it(listing(files))
    assert together < glance.LARGE
    assert glance.is_worth_it(listing({f"no/{number}.jpg": files["no/1.jpg"] for number in range(1500)}))
    assert not glance.is_worth_it(Listing([], [], "nothing"))


SPECS = (
    ImageSpec(256, 256),
    ImageSpec(224, 224, fit="crop", keep=0.875),
    ImageSpec(64, 64),
    ImageSpec(224, 224, "gray"),
)


def test_a_photograph_is_decoded_once_for_every_size_that_comes_out_of_the_decoder_alike(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures of 900 pixels come at 450 for the first two specs, at 113 for the third, gray at 225 for the last."""
    files = {f"{label}/{number}.jpg": photo(number) for label, number in (("a", 1), ("a", 2), ("b", 3), ("b", 4))}
    expected = [image.load(files["a/1.jpg"], spec) for spec in SPECS]
    first = dataset.read(sources.find(write(files)).found).train[0]
    decodings: list[ImageSpec | None] = []
    decode = image.Picture.decode

    def count(picture: image.Picture, spec: ImageSpec | None = None) -> Image.Image:
        decodings.append(spec)
        return decode(picture, spec)

    monkeypatch.setattr(image.Picture, "decode", count)
    for _ in range(2):
        for spec, pixels in zip(SPECS, expected, strict=True):
            np.testing.assert_array_equal(first.load(spec), pixels)
    assert decodings == [SPECS[2], SPECS[3]]


def test_what_is_kept_is_bounded_and_forgotten_with_the_next_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded, "MOST", 4 * 450 * 450 * 2)
    decoded.forget()
    for number in range(4):
        decoded.load(str(number), photo(number), SPECS[0])
    assert decoded._kept.bytes == decoded.MOST
    assert len(decoded._kept.pictures) == 2
    decoded.load("small", photo(9, 90), SPECS[0])
    decoded.forget()
    assert (len(decoded._kept.pictures), decoded._kept.bytes) == (0, 0)
