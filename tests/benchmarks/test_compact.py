"""The table of the comparison of sizes: what each choice loses, image by image."""

import numpy as np

from benchmarks.compact.__main__ import Row, table


def test_the_table_compares_the_losses_image_by_image() -> None:
    losses = np.array([0.1, 0.2, 0.3, 0.8])
    more = losses + np.array([0.1, 0.3, 0.1, 0.3])
    rows = {
        "whole": [Row(4.0, 9.0, np.array([1.0, 1, 1, 0]), losses)],
        "half": [Row(2.0, 3.0, np.array([1.0, 1, 0, 0]), more)],
    }
    first, second = table(rows)[2:]
    assert first == "| whole | 4.00 | 9.0 | 0.750 | 0.350 |  |"
    error = np.std([0.1, 0.3, 0.1, 0.3], ddof=1) / 2
    assert second == f"| half | 2.00 | 3.0 | 0.500 | 0.550 | +0.200 ± {error:.3f} |"
