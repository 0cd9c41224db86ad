"""One scale for a data set: told from its samples and what its files declare."""

import numpy as np
import pytest

from artifact.card import Scale
from artifact.deep import Range, Samples, choose, explain_range


def measured(values: object, dtype: str = "u2", declared: tuple[float, float] | None = None) -> Range:
    return Samples(np.asarray(values).astype(dtype), declared).measure()


RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("values", "dtype", "low", "high"),
    [
        (RNG.integers(0, 4096, (4, 50, 50)), "u2", 0, 4095),  # a 12-bit camera
        (RNG.integers(0, 256, (4, 50, 50)) * 16, "u2", 0, 4095),  # 8 bits, moved up by four
        (RNG.integers(100, 611, (4, 50, 50)), "u2", 0, 1023),  # dim fluorescence
        (RNG.integers(0, 65536, (4, 50, 50)), "u2", 0, 65535),
        (RNG.random((4, 50, 50)), "f4", 0, 1),
        (RNG.random((4, 50, 50)) * 255, "f4", 0, 255),
    ],
)
def test_white_is_the_greatest_number_of_the_bits_in_use(values: object, dtype: str, low: float, high: float) -> None:
    scale = choose([measured(one, dtype) for one in np.asarray(values)])
    assert (scale.low, scale.high) == (low, high)


def test_samples_on_a_pedestal_or_below_zero_span_the_scale_themselves() -> None:
    pedestal = choose([measured(RNG.integers(32768, 34000, (50, 50)))])
    assert 32768 <= pedestal.low < 32775
    assert 33990 < pedestal.high < 34000
    below = choose([measured(RNG.integers(-1000, 2000, (50, 50)), "i2")])
    assert -1000 <= below.low < -980
    assert 1980 < below.high < 2000


def test_a_hot_pixel_does_not_make_the_others_black() -> None:
    values = RNG.integers(0, 1000, (100, 100))
    values[5, 5] = 65535
    assert choose([measured(values)]).high == 1023
    values[5, 5] = 4000  # what lies within four times the rest is not cut off
    assert choose([measured(values)]).high == 4095


def test_declarations_count_where_most_files_have_one() -> None:
    plain = measured(RNG.integers(0, 900, (20, 20)))
    declared = [measured(RNG.integers(0, 900, (20, 20)), declared=(50.0, high)) for high in (800.0, 900.0, 1000.0)]
    scale = choose([*declared, plain])
    assert (scale.low, scale.high) == (50.0, 900.0)
    assert choose([declared[0], plain, plain]).high == 1023


def test_a_constant_data_set_has_a_scale() -> None:
    scale = choose([measured(np.zeros((4, 4)))])
    assert scale.low < scale.high


def test_the_scale_is_not_of_each_picture() -> None:
    dim, bright = np.full((4, 4), 500, np.uint16), np.full((4, 4), 4000, np.uint16)
    scale = choose([measured(dim), measured(bright)])
    assert [np.asarray(Samples(values).to_picture(scale))[0, 0] for values in (dim, bright)] == [31, 249]


def test_a_picture_far_from_the_training_s_range_is_told() -> None:
    scale = Scale(0, 4095, 2000, 4000)
    assert explain_range(measured([[0, 3000]]), scale) is None
    assert "darker than they were" in (explain_range(measured([[0, 300]]), scale) or "")
    assert "brighter than they were" in (explain_range(measured([[0, 60_000]]), scale) or "")


def test_a_dim_picture_for_a_model_of_eight_bits_is_told_unless_it_declares_its_range() -> None:
    assert "nearly black" in (explain_range(measured([[0, 4000]]), None) or "")
    assert explain_range(measured([[0, 4000]], declared=(0.0, 4095.0)), None) is None
    assert explain_range(measured([[0, 40_000]]), None) is None
