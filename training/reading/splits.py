"""What becomes of images that a source calls its validation part, which is neither training nor test here.

Cross-validation makes its own splits, so no part is needed to choose by. What somebody has held out stays so where
nothing else is: without a test part the validation part is the test set. Beside a test part it is learned from too.
"""

from collections.abc import Sequence
from dataclasses import replace

from training.reading.found import Found, Part


def settle(found: Sequence[Found], layout: str, tested: bool) -> tuple[list[Found], str]:
    """Return the files with those for validation in the training or the test part, and the layout that says which.

    Args:
        found: The files as the source has them.
        layout: How the source was understood, in words.
        tested: Whether the images to test on are given apart from the source.
    """
    parts = {entry.part for entry in found}
    count = sum(entry.part == "validation" for entry in found)
    if not count:
        return list(found), layout
    part: Part = "test" if "train" in parts and "test" not in parts and not tested else "train"
    settled = [replace(entry, part=part) if entry.part == "validation" else entry for entry in found]
    if part == "test":
        words = f"the {count} for validation are the test set, since there is no other"
    elif "train" in parts:
        words = f"the {count} for validation are learned from too, since another test set is there"
    else:
        words = f"the {count} for validation are learned from, since there are none for training"
    return settled, f"{layout}; of the images {words}"
