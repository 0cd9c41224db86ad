"""The command line: read the options, write the repository, say how it is served."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from artifact import store
from artifact.errors import ArtifactError
from doctor.command_line import Parser, add_model_version, reader_may_leave
from training.errors import TrainingError
from training.triton import repository
from training.triton.configuration import BACKENDS

_EPILOG = """example:
  python -m training.triton bees triton/
  docker run --rm -p 8000:8000 -v "$PWD/triton:/models" TRITON_IMAGE tritonserver --model-repository=/models

TRITON_IMAGE is NVIDIA's with numpy and Pillow added, as docs/scaling.md shows."""


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 written, 1 not possible, 2 usage."""
    asked = _parser().parse_args(arguments)
    try:
        published = store.read(asked.models, asked.name, asked.version)
        written = repository.write(published, asked.out, asked.max_batch_size, asked.decoders, asked.backend)
    except (ArtifactError, TrainingError) as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"{error.filename or asked.out} cannot be written ({error.strerror or error}). Mend that.")
    with reader_may_leave():
        print(f"{asked.name} version {published.card.version} is written for Triton, as:")
        for folder in written:
            print(f"  {folder}")
        print(f"Ask {asked.name}: it takes image_bytes, and answers as /v2 of the service does.")
    return 0


def _refuse(why: str) -> int:
    print(f"Nothing was written. {why}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m training.triton",
        usage="%(prog)s NAME OUT [options]",
        description="Write a published model as a model repository of the Triton Inference Server.",
        epilog=_EPILOG,
    )
    parser.add_argument("name", metavar="NAME", help="the model's name")
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder of models to write into; made if missing")
    parser.add_argument(
        "--models", type=Path, default=Path("models"), metavar="DIR", help="where it is published (%(default)s)"
    )
    add_model_version(parser, "which version (default: the one that is served)")
    parser.add_argument(
        "--max-batch-size",
        type=_whole(1024),
        default=32,
        metavar="N",
        help="images in one run of the network, and in one request (default: %(default)s)",
    )
    parser.add_argument(
        "--decoders", type=_whole(256), default=4, metavar="N", help="processes that decode (default: %(default)s)"
    )
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        default=BACKENDS[0],
        help="what runs the network: Triton's ONNX Runtime, or its Python with the package onnxruntime on the CPU, for "
        "a Triton without the first (default: %(default)s)",
    )
    return parser


def _whole(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and 1 <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {most}")

    return read
