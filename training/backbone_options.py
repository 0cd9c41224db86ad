"""The options that name a further backbone, by its name or as an ONNX file of one's own."""

import argparse
from pathlib import Path

from training.backbone.own_file import NORMALISATIONS, OwnFile, Six, parse_normalisation
from training.backbone.zoo import APPLICATIONS


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser, as the group `backbone`."""
    group = parser.add_argument_group(
        "backbone (tried beside the others; or alone, with --strategy own or application)"
    )
    group.add_argument(
        "--backbone",
        type=_backbone,
        metavar="FILE.onnx|NAME",
        help=f"an ONNX network of your own; or {', '.join(APPLICATIONS)} (downloaded)",
    )
    group.add_argument(
        "--backbone-size",
        type=_side,
        metavar="PIXELS",
        help="side of the pictures that the file takes, if it takes any",
    )
    group.add_argument(
        "--backbone-normalise",
        type=_normalisation,
        metavar="HOW",
        help=f"how the file wants pixels: {', '.join(NORMALISATIONS)}, or three means and three deviations from 0 to 1 "
        "with commas (default: as preprocessor_config.json beside it says)",
    )
    group.add_argument("--backbone-output", metavar="NAME", help="the output to take, where there are several")


def read(asked: argparse.Namespace, parser: argparse.ArgumentParser) -> tuple[str | None, OwnFile | None]:
    """Return the name of a network of `keras.applications`, or what is said of a file; at most one of them."""
    about = (asked.backbone_size, asked.backbone_normalise, asked.backbone_output)
    if isinstance(asked.backbone, Path):
        return None, OwnFile(asked.backbone, *about)
    if any(value is not None for value in about):
        parser.error("--backbone-size, -normalise and -output are of an ONNX file: --backbone FILE.onnx.")
    return asked.backbone, None


def _backbone(text: str) -> str | Path:
    if text in APPLICATIONS:
        return text
    if Path(text).suffix.lower() == ".onnx" or Path(text).exists():
        return Path(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither an .onnx file nor one of {', '.join(APPLICATIONS)}")


def _side(text: str) -> int:
    if text.isdecimal() and 16 <= int(text) <= 4096:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of pixels from 16 to 4,096")


def _normalisation(text: str) -> Six:
    try:
        return parse_normalisation(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
