"""Whether there are enough images for what one would like to claim."""

from artifact.counting import counted
from artifact.report.numbers import share
from training.checks.interface import Result, Subject
from training.evaluation.choosing import ACCURACY_INFLATION
from training.evaluation.interval import proportion
from training.reading.belonging import why_withheld

NAME = "quantity"

FEW = 20
FEW_TO_TEST = 30


def check(subject: Subject) -> list[Result]:
    """Say what the numbers of images allow at best; of training images as the estimate's own interval has it."""
    dataset = subject.dataset
    seen = dataset.test_groups.in_any_of(dataset.train_groups)  # these are left out of the test result
    test = [sample for sample, known in zip(dataset.test, seen, strict=True) if not known]
    n_train, n_test = dataset.train_groups.separate, len(test)
    results = []
    noun, classes = dataset.noun, dataset.classes
    lowest = proportion(1.0, n_train, ACCURACY_INFLATION).low
    if n_train < FEW and why_withheld(dataset.train, classes, noun) is None:
        results.append(
            Result(
                NAME,
                "warning",
                f"{n_train} separate training images are very few: even if every one were classified right, the true "
                f"accuracy could be as low as {share(lowest)}. Add images, most of all of kinds that are not "
                "there yet.",
                {"separate_images": n_train},
            )
        )
    if 0 < n_test < FEW_TO_TEST and why_withheld(test, classes, noun) is None:
        results.append(
            Result(
                NAME,
                "info",
                f"{counted(n_test, 'test image')} move{'s' if n_test == 1 else ''} the test accuracy in steps of "
                f"{1 / n_test:.2f}; if all were right, the true accuracy could still be "
                f"{share(proportion(1.0, n_test).low)}. The cross-validation on all training images says more.",
                {"test_images": n_test},
            )
        )
    return results
