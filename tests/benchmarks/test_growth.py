"""The benchmark of the learning curve, on a set that is drawn from two clouds."""

import numpy as np

from benchmarks.growth import __main__ as growth
from benchmarks.growth.drawing import Pictures, draw
from training.evaluation.groups import Groups


def clouds(images: int = 160) -> Pictures:
    labels = np.arange(images) % 2
    centres = np.where(labels[:, None] == 1, 1.0, -1.0) * np.array([1.0, 0, 0, 0])
    features = centres + np.random.default_rng(0).normal(0, 1, (images, 4))
    return Pictures(labels, Groups.alone(images), features.astype(np.float32))


def test_a_draw_grows_and_is_compared_with_what_came_true() -> None:
    one = draw("clouds", clouds(), 20, 0, [20, 70, 140])
    assert list(one.true) == ["20", "70"]  # 140 would leave too few to test on
    assert one.left == {"20": 140, "70": 90}
    assert one.sizes == [4.0, 8.0, 16.0]
    assert all(0.7 < share < 0.95 for share in one.true.values())  # of these clouds 0.84 can be told
    kept = list(growth.promise(one))
    assert [(found.images, found.target) for found in kept] == [(20, 20), (20, 70)]
    table = growth.describe(kept).splitlines()
    assert table[2].startswith("| 20 | 20 | 1 |")
    assert table[-1].startswith("| clouds | more | 1 |")
    assert "draws, rightly in" in growth.judge_classes([one])


def test_an_interval_holds_a_count_in_whole_images() -> None:
    def kept(true: float, left: int) -> growth.Kept:
        return growth.Kept("set", 20, 40, 0.9, 0.85, 0.995, true, left)

    assert kept(1.0, 100).holds  # 99.5 of 100 are as good as all
    assert not kept(1.0, 1000).holds
    assert not kept(0.8, 100).holds
