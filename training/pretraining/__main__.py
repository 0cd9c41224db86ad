"""Remake the weights: `python -m training.pretraining [IDX_DIR]`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from doctor.command_line import Parser, add_version, reader_may_leave
from training.errors import TrainingError
from training.pretraining import digits, weights


def main(arguments: Sequence[str] | None = None) -> int:
    """Train on digits and write the weights; return 0, or 1 where the folder cannot be used."""
    parser = Parser(
        prog="python -m training.pretraining",
        usage="%(prog)s [IDX_DIR] [options]",
        description="Train the mnist strategy's base on handwritten digits.",
    )
    add_version(parser)
    parser.add_argument(
        "folder",
        metavar="IDX_DIR",
        nargs="?",
        type=Path,
        help="folder of MNIST's IDX files, gzipped or not; default: scikit-learn's digits",
    )
    parser.add_argument(
        "--skip", type=int, default=0, help="images at the beginning of the IDX files to leave out, to measure on"
    )
    parser.add_argument("--output", type=Path, default=weights.FILE, help="where to write them; default: %(default)s")
    parser.add_argument("--seed", type=int, default=35, help="of everything random; default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        data = digits.read_idx(options.folder, options.skip) if options.folder else digits.load_bundled()
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 1
    from training.pretraining import learning  # here, since it takes seconds to import

    base, accuracy = learning.fit(data, options.seed)
    weights.save(options.output, base, data.source)
    with reader_may_leave():
        print(
            f"{options.output}: learned from {data.source}; {100 * accuracy:.1f} % of the tenth held out is read right."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
