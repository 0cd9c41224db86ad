"""Print the installed size of each distribution beside this interpreter, and fail where the sum passes a limit."""

import argparse
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

INSTALLER = {"pip", "setuptools"}
"""What brings the others and is not in the image."""


def main() -> int:
    """Print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit-megabytes", type=float, default=float("inf"), metavar="N")
    limit = parser.parse_args().limit_megabytes
    site = Path(sysconfig.get_path("purelib"))
    sizes = {found.name: size(found) for found in distributions(path=[str(site)]) if found.name not in INSTALLER}
    for name, bytes_ in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{bytes_ / 1e6:8.1f} MB  {name}")
    total = sum(sizes.values()) / 1e6
    print(f"{total:8.1f} MB  in all, of at most {limit:g} MB")
    return 0 if total <= limit else 1


def size(distribution: Distribution) -> int:
    """Return the bytes on disk of one distribution, compiled modules included."""
    return sum(blocks(path) for path in files(distribution))


def files(distribution: Distribution) -> Iterator[Path]:
    """Yield the files that a distribution installed."""
    for file in distribution.files or []:
        path = Path(str(distribution.locate_file(file)))
        if path.is_file():
            yield path


def blocks(path: Path) -> int:
    """Return what a file occupies on disk: whole blocks, as `du` counts them."""
    return path.stat().st_blocks * 512


if __name__ == "__main__":
    sys.exit(main())
