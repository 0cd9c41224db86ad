"""Groups that were told (patients, sites, days): how many there are, and whether train and test share some."""

from artifact.counting import counted
from training.checks.interface import Result, Subject
from training.reading.belonging import FEWEST, count
from training.reading.telling import how_to_say_otherwise

NAME = "groups"


def check(subject: Subject) -> list[Result]:
    """Say how many groups the images come from; warn of too few, and of groups that are in training and in test."""
    dataset = subject.dataset
    told = count(dataset.train, dataset.classes)
    if told is None:
        return []
    noun = dataset.noun
    results = [*_shared(subject)]
    listed = " and ".join(f"{number} {name}" for name, number in told.of_class.items())
    both = f", {told.of_both} of them both" if told.of_both else ""
    if dataset.grouping is not None and dataset.grouping.suspected:
        results.append(_suspected(subject))
    results.append(
        Result(
            NAME,
            "warning" if told.too_few else "info",
            f"The {len(dataset.train)} training images come from {counted(told.all, noun)}, which are kept "
            f"on one side of every split: {listed}{both}. The intervals are those of {counted(told.all, noun)}."
            + (
                f" Fewer than {FEWEST} of a class cannot promise a share of right answers for new ones: add {noun}s, "
                "not more images of these."
                if told.too_few
                else ""
            ),
            {"groups": told.all, "of_class": told.of_class, "of_both": told.of_both},
        )
    )
    return results


def _suspected(subject: Subject) -> Result:
    """Say that the groups were told from names, and what to do if they are none."""
    dataset = subject.dataset
    examples = sorted({str(sample.group) for sample in dataset.train})
    return Result(
        NAME,
        "warning",
        f"The images seem to belong together by {dataset.grouping} ({', '.join(examples[:3])}, ...): images of one "
        f"{dataset.noun} are kept on one side of every split, since an estimate that mixes them would be too "
        f"good. {how_to_say_otherwise(dataset)}",
        {"groups": examples[:50]},
    )


def _shared(subject: Subject) -> list[Result]:
    """Report the test images whose group is in training too."""
    train, test = subject.dataset.train, subject.dataset.test
    known = {sample.group for sample in train} - {None}
    shared = [sample for sample in test if sample.group in known]
    if not shared:
        return []
    names, noun = sorted({str(sample.group) for sample in shared}), subject.dataset.noun
    seen = subject.dataset.test_groups.in_any_of(subject.dataset.train_groups)
    rest = "" if not seen.all() else " None is left, so there is no test result."
    return [
        Result(
            NAME,
            "critical",
            f"{len(shared)} of {counted(len(test), 'test image')} {'is' if len(shared) == 1 else 'are'} of "
            f"{counted(len(names), noun)} in training too ({', '.join(names[:5])}{', ...' if len(names) > 5 else ''}); "
            f"left out of the test result.{rest} Keep all images of one {noun} together, in train or in test.",
            {"groups": names, "files": [sample.file for sample in shared]},
        )
    ]
