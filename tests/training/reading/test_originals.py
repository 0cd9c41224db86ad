"""Copies of one photo that tools of augmentation made are known by their names and stay on one side of every split."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from artifact.card import Classes
from training.reading import originals
from training.reading.dataset import Dataset, Sample
from training.reading.grouping import Grouping
from training.reading.suspecting import suspect

UUIDS = ("ec17a33f-0495-4742-9bf7-2aadfe50a7b3", "55af4cbe-05e2-46fc-822d-ae305d1f300e")
HASHES = ("3f2a9c0d1e4b5a69788796a5b4c3d2e1", "00112233445566778899aabbccddeeff")


@pytest.mark.parametrize(
    ("files", "photos"),
    [
        # Roboflow's export with augmentations (2024): three versions of a photo may lie in train
        ([f"train/cat/IMG_1_jpg.rf.{one}.jpg" for one in HASHES], ["train/cat/IMG_1"] * 2),
        (["cat/1_png.rf." + HASHES[0] + ".jpg", "dog/1_png.rf." + HASHES[1] + ".jpg"], [None, None]),
        # Augmentor 0.2.12: in a folder inside the class, under its name
        (["cat/IMG_5.jpg", *(f"cat/output/cat_original_IMG_5.jpg_{one}.jpg" for one in UUIDS)], ["cat/IMG_5"] * 3),
        (
            ["cat/a.jpg", "cat/a_aug1.jpg", "cat/a_flip.png", "cat/a-rot90_blur.jpg", "cat/b.jpg"],
            ["cat/a"] * 4 + [None],
        ),
        (["cat/1.jpg", "dog/1_aug.jpg", "cat/tarot.jpg", "cat/hair_crop.jpg"], [None] * 4),
    ],
)
def test_the_photo_that_an_image_was_made_from(files: list[str], photos: list[str | None]) -> None:
    assert originals.tell(files) == photos


def test_copies_made_by_roboflow_are_groups_and_other_images_stand_alone(
    make_sample: Callable[..., Sample],
) -> None:
    copies = [f"{kind}/IMG_{n}_jpg.rf.{one}.jpg" for kind in ("no", "yes") for n in range(6) for one in HASHES]
    alone = [f"{kind}/other.png" for kind in ("no", "yes")]
    files = copies + alone
    samples = (replace(make_sample(at, int(file.startswith("yes"))), file=file) for at, file in enumerate(files))
    found = suspect(Dataset(Classes("no", "yes"), tuple(samples), ()))
    assert found.grouping == Grouping("file", "original", suspected=True)
    assert str(found.grouping) == "the photos that their names say they were made from"
    assert len({sample.group for sample in found.train}) == 12 + 1
    assert [sample.group for sample in found.train if "other" in sample.file] == [None, None]
