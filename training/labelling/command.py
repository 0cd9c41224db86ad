"""The command `python -m training suggest`: what it can be asked for, and what it says."""

import argparse
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from artifact import store
from artifact.counting import counted
from artifact.errors import ArtifactError, ImageError
from artifact.report import listed, numbers
from doctor.command_line import Parser, add_version, reader_may_leave
from training import publication
from training.errors import TrainingError
from training.folders import FOLDER_VARIABLE, find_folder
from training.progress import Stages

if TYPE_CHECKING:
    from training.labelling.suggesting import Suggested

INTERRUPTED = 130
PAGE_FILE, SHEET_FILE = "index.html", "labels.csv"
MOST = 1000
EPILOG = """\
Writes a page with the images (index.html) and a list to fill in (labels.csv), the image that teaches most first.
The filled list is training input: images without a label in it are left out.

example:
  python -m training suggest bees more/ --count 20
"""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 written, 1 not possible with this model or these images, 2 usage, 130 interrupted."""
    asked = parse(arguments)
    console = Console(stderr=True)
    try:
        _run(asked, Stages(console))
    except (TrainingError, ArtifactError, ImageError) as error:
        return _refuse(console, str(error))
    except OSError as error:
        return _refuse(console, f"{error.filename or 'A file'} cannot be used ({error.strerror or error}).")
    except KeyboardInterrupt:
        console.print("Interrupted: nothing was written.", highlight=False)
        return INTERRUPTED
    return 0


def _refuse(console: Console, why: str) -> int:
    console.print(f"Nothing was written. {why}", highlight=False, soft_wrap=True, markup=False, emoji=False)
    return 1


def _run(asked: argparse.Namespace, stages: Stages) -> None:
    """Choose the images, write page and list, and say where they are."""
    if not asked.folder.is_dir():
        raise TrainingError(f"{asked.folder} is not a folder; one of images without labels was expected.")
    store.read(asked.models, asked.name)  # what takes time is imported and begun after that
    list_file = asked.out / SHEET_FILE
    from training.labelling import page, sheet, suggesting

    sheet.refuse_to_lose(list_file)
    _make(asked.out)
    cache = None if asked.no_cache else asked.cache or find_folder()
    wanted = suggesting.Asked(asked.models, asked.name, asked.folder, asked.count, cache)
    suggested = suggesting.suggest(wanted, stages)
    train = _train(asked, list_file)
    list_file.write_text(sheet.render(suggested, asked.out), encoding="utf-8")
    (asked.out / PAGE_FILE).write_text(page.render(suggested, list_file, train), encoding="utf-8")
    with reader_may_leave():
        _tell(suggested, asked.out, train)


def _make(folder: Path) -> None:
    """Make the folder to write to, and see that it can be written to, before the work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryDirectory(prefix=".probe-", dir=folder).cleanup()
    except OSError as error:
        raise TrainingError(
            f"{folder} cannot be written to ({error.strerror or error}). Name another folder with --out."
        ) from error


def _train(asked: argparse.Namespace, list_file: Path) -> str:
    """Return the command that learns from the list, with what was learned from before in place of DATA_DIR."""
    models = "" if asked.models == Path("models") else f" --models {shlex.quote(str(asked.models))}"
    also = f"--also {shlex.quote(str(list_file))}"
    return f"{publication.interpreter()} -m training DATA_DIR {also} --name {asked.name}{models}"


def _tell(suggested: "Suggested", out: Path, train: str) -> None:
    found = suggested.pool
    images = len(found.samples)
    if found.known:
        left = "it, or was tested on it" if found.known == 1 else "them, or was tested on them"
        print(f"Left out: {counted(found.known, 'image')}. The model has learned from {left}.")
    for line in listed.name(found.unused, "left out as these are"):
        print(f"Left out: {line}")
    if suggested.compared < images:
        print(f"Of {images:,} images, {suggested.compared:,} were compared: the least sure, and others evenly drawn.")
    many = len(suggested.suggestions)
    print(f"To label next, of {images:,}: {many}, the one that teaches most first.")
    for one in suggested.suggestions[: listed.MOST]:
        said = one.decision
        print(
            f"  {one.sample.file}: {said.label}, {numbers.percent(said.probabilities[said.label])}? "
            f"{one.explain(suggested.card)}"
        )
    if many > listed.MOST:
        print(f"  and {many - listed.MOST} more")
    print(f"Label them on {out / PAGE_FILE} (open it in a browser), or fill in {out / SHEET_FILE}. Then:")
    print(train)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; prints help or a usage error and exits as argparse does."""
    parser = Parser(
        prog="python -m training suggest",
        usage="%(prog)s NAME UNLABELLED_DIR [options]",
        description="Choose, among images without a label, those whose label would teach a model most.",
        epilog=EPILOG,
    )
    add_version(parser)
    parser.add_argument("name", metavar="NAME", help="the model, as it was published")
    parser.add_argument("folder", type=Path, metavar="UNLABELLED_DIR", help="images, at any depth")
    parser.add_argument("--count", type=_count, default=10, help="how many (default: %(default)s)")
    parser.add_argument(
        "--out", type=Path, default=Path("suggestions"), metavar="DIR", help="where to write (default: %(default)s)"
    )
    parser.add_argument(
        "--models", type=Path, default=Path("models"), metavar="DIR", help="where NAME is (default: %(default)s)"
    )
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help=f"for features (default: ${FOLDER_VARIABLE}, or ~/.cache/thirtyfive)"
    )
    parser.add_argument("--no-cache", action="store_true", help="compute every feature anew")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= MOST:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {MOST}")
