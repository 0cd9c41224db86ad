"""The tables of what is flagged, on numbers made up, and which sets are of one kind."""

from benchmarks.accuracy import sets
from benchmarks.novelty.tables import Flagged, describe, summarise


def test_the_tables_name_the_worst_set_of_each_promise() -> None:
    found = [
        Flagged("pretrained", "crop", "cars", 10, 0.99, 0.8, 1.0, 0.02),
        Flagged("pretrained", "crop", "faces", 10, 1.0, 1.0, 0.9, 0.06),
    ]
    assert summarise(found).splitlines()[2:] == [
        "| pretrained | crop | 10 | 90.0% | 80% (cars) | 95.0% | 4.0% | 6% (faces) |"
    ]
    assert describe(found).splitlines()[3] == "| pretrained | crop | cars | 10 | 0.990 | 80.0% | 100.0% | 2.0% |"


def test_handwritten_digits_are_no_other_kind_than_handwritten_digits() -> None:
    assert sets.alike("digits 3 or 8", "mnist even or odd")
    assert sets.alike("cars", "cars")
    assert not sets.alike("cars", "digits 3 or 8")
