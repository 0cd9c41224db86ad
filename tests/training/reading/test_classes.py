import pytest

from training.errors import TrainingError
from training.reading.classes import name_classes


@pytest.mark.parametrize(
    ("one", "other", "positive"),
    [
        ("cat", "dog", "dog"),
        ("yes", "no", "yes"),
        ("True", "False", "True"),
        ("POS", "neg", "POS"),
        ("positive", "negative", "positive"),
        ("1", "0", "1"),
        ("cat", "no_cat", "cat"),
        ("zebra", "not-zebra", "zebra"),
        ("cat", "non cat", "cat"),
        ("mask", "without_mask", "mask"),
        ("abnormal", "normal", "abnormal"),
        ("tumour", "healthy", "tumour"),
        ("face", "other", "face"),
        ("car", "Background", "car"),
        ("present", "absent", "present"),
        ("defect", "ok", "defect"),
        ("defect", "fine", "defect"),
        ("defective", "good", "defective"),
        ("parasitized", "Uninfected", "parasitized"),
        ("damaged", "undamaged", "damaged"),
        ("adenoma", "benign", "adenoma"),
        ("north", "south", "south"),  # "north" begins with "no" and says nothing
        ("cat", "nothing", "nothing"),
        ("Apple", "apple", "apple"),
    ],
)
def test_the_positive_class_is_the_one_that_says_yes(one: str, other: str, positive: str) -> None:
    negative = other if positive == one else one
    for labels in ([one, other, one], [other, one]):
        classes = name_classes(labels)
        assert (classes.negative, classes.positive) == (negative, positive)


@pytest.mark.parametrize("positive", ["yes", "no"])
def test_the_user_may_choose(positive: str) -> None:
    classes = name_classes(["no", "yes"], positive)
    assert classes.positive == positive
    assert {classes.positive, classes.negative} == {"yes", "no"}


def test_a_choice_that_is_no_class_is_refused() -> None:
    with pytest.raises(TrainingError, match="--positive bird names no class; the classes are cat and dog"):
        name_classes(["dog", "cat"], "bird")


def test_of_three_classes_a_choice_that_is_none_of_them_is_named_beside_them() -> None:
    with pytest.raises(
        TrainingError, match=r"--positive d names no class\. Found 3 classes: b \(2\), a \(1\), c \(1\)"
    ):
        name_classes(["a", "b", "b", "c"], "d")


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (["cat"] * 3, r"Found 1 class: cat \(3\)"),
        (
            ["a", "b", "b", "c"],
            r"Found 3 classes: b \(2\), a \(1\), c \(1\)[\s\S]*or set one against the rest with --positive A",
        ),
        ([], "Found 0 classes"),
    ],
)
def test_other_than_two_classes_are_refused_with_their_counts(labels: list[str], problem: str) -> None:
    with pytest.raises(TrainingError, match=problem):
        name_classes(labels)
