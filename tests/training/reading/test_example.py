from collections import Counter

import numpy as np
from skimage.data import lfw_subset

from artifact import image
from artifact.card import ImageSpec
from training.reading import dataset, example


def test_35_images_to_learn_from_and_10_to_test_on() -> None:
    found = example.find()
    assert Counter((entry.part, entry.label) for entry in found) == {
        ("train", "face"): 18,
        ("train", "other"): 17,
        ("test", "face"): 5,
        ("test", "other"): 5,
    }
    assert len({entry.file for entry in found}) == len({entry.read() for entry in found}) == 45


def test_it_is_the_same_every_time_and_usable() -> None:
    first, second = (dataset.read(example.find()) for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert first.classes.positive == "face"
    assert first.skipped == ()


def test_the_pixels_and_labels_are_those_of_labeled_faces_in_the_wild() -> None:
    pictures = np.rint(lfw_subset() * 255)
    for entry in example.find():
        pixels = image.load(entry.read(), ImageSpec(25, 25, "gray"))[..., 0]
        (index,) = np.flatnonzero((pictures == pixels).all(axis=(1, 2)))
        assert entry.label == ("face" if index < 100 else "other")
