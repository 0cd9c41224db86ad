"""A backbone of one's own: any ONNX network that makes a vector, or a feature map, of a picture.

What torch.onnx, tf2onnx, Keras and skl2onnx export is read; what a file does not say (how pixels are scaled, the side
of the picture) must be said, since a wrong guess would cost accuracy without a word.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import onnx.inliner
import onnx.version_converter

from artifact.card import ImageSpec
from training.backbone import own_beside, own_half
from training.backbone import own_trial as trying
from training.backbone.errors import BackboneError
from training.backbone.graph import FeatureMap
from training.backbone.own_file import NORMALISATIONS, OwnFile, Six
from training.network.graph import OPSET, Graph

Layout = Literal["NCHW", "NHWC", "flat"]


@dataclass(frozen=True)
class OwnBackbone:
    """A network that was read and tried.

    Attributes:
        model: The network, of opset 18 or later, for any number of pictures.
        input: Name of its input.
        kind: Type of the input, as ONNX numbers types.
        layout: Of the input, and of its feature map; `flat` is a row of numbers for each picture, as scikit-learn takes
            it, pixel by pixel.
        channels: Of the picture: 3, or 1 for gray.
        height: Of the picture, in pixels.
        width: Of the picture, in pixels.
        normalisation: Means and standard deviations of red, green and blue, from 0 to 1.
        output: Name of the output that is taken.
        sizes: Of a row of it: one number for a vector, three for a map.
        megabytes: Of the network.
    """

    model: onnx.ModelProto
    input: str
    kind: int
    layout: Layout
    channels: int
    height: int
    width: int
    normalisation: Six
    output: str
    sizes: tuple[int, ...]
    megabytes: float

    @property
    def color(self) -> Literal["rgb", "gray"]:
        """Of the picture."""
        return "rgb" if self.channels == 3 else "gray"

    def write(self, graph: Graph, spec: ImageSpec) -> str:
        """Write it behind a published network's input; return its output."""
        pixels = graph.take_pixels(spec)
        values = np.array(self.normalisation, np.float32).reshape(2, 3)[:, : self.channels] * 255
        if self.kind != onnx.TensorProto.UINT8:
            pixels = graph.node("Sub", [pixels, graph.constant(values[0])])
            pixels = graph.node("Div", [pixels, graph.constant(values[1])])
        if self.layout == "NCHW":
            pixels = graph.node("Transpose", [pixels], perm=[0, 3, 1, 2])
        if self.layout == "flat":
            pixels = graph.node("Flatten", [pixels], axis=1)
        if self.kind != onnx.TensorProto.FLOAT:
            pixels = graph.node("Cast", [pixels], to=self.kind)
        found = graph.include(self.model, {self.input: pixels})[self.output]
        return graph.node("Cast", [found], to=onnx.TensorProto.FLOAT)

    def find_map(self, graph: Graph, output: str) -> FeatureMap | None:
        """Return the output as a square map of several places, channels first; None where it is a vector."""
        if len(self.sizes) == 1:
            return None
        channels, height, width = self.sizes if self.layout == "NCHW" else (self.sizes[2], *self.sizes[:2])
        if height != width or height == 1:
            return None
        if self.layout == "NHWC":
            output = graph.node("Transpose", [output], perm=[0, 3, 1, 2])
        return FeatureMap(output, channels, height)

    def find_vector(self, graph: Graph, output: str) -> tuple[str, int]:
        """Return the output as vectors `[N, d]`, a map averaged over its places, and d."""
        if len(self.sizes) == 1:
            return output, self.sizes[0]
        axes, channels = ([2, 3], self.sizes[0]) if self.layout == "NCHW" else ([1, 2], self.sizes[2])
        constant = graph.constant(np.array(axes, np.int64))
        return graph.node("ReduceMean", [output, constant], keepdims=0), channels


def read(asked: OwnFile) -> OwnBackbone:
    """Read a file, and try it on two pictures; a file that has not changed since is not read again.

    Raises:
        BackboneError: It is no ONNX network that makes a vector or a map of a picture, or what it does not say was not
            said; the message tells how to export or to call it.
    """
    beside = (asked.path.parent / name for name in (own_beside.PREPROCESSOR, own_beside.TIMM))
    return _read(asked, tuple(_state(path) for path in (asked.path, *beside)))


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:  # what hinders is said where it is read
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _read(asked: OwnFile, state: tuple[tuple[int, int] | None, ...]) -> OwnBackbone:
    model = _load(asked)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1 or inputs[0].type.tensor_type.elem_type not in trying.KINDS:
        listed = ", ".join(f"{value.name} {_describe(value)}" for value in inputs)
        raise BackboneError(
            f"{asked.path} takes {listed}; one picture, as float32, float64, float16, bfloat16 or uint8, was expected."
        )
    layout, channels, height, width = _size(asked, inputs[0])
    kind = inputs[0].type.tensor_type.elem_type
    normalisation = _normalisation(asked, kind)
    inputs[0].type.tensor_type.shape.dim[0].dim_param = "batch"
    shapes = {
        "NHWC": (height, width, channels),
        "NCHW": (channels, height, width),
        "flat": (height * width * channels,),
    }
    found = trying.run(asked, model, inputs[0], shapes[layout])
    output = trying.choose(asked, found)
    sizes = found[output].shape[1:]
    megabytes = model.ByteSize() / 1e6
    return OwnBackbone(
        model, inputs[0].name, kind, layout, channels, height, width, normalisation, output, sizes, megabytes
    )


def _load(asked: OwnFile) -> onnx.ModelProto:
    """Return the network of a file, its functions written out, of the opset that we write or of a later one."""
    try:
        _refuse_others(asked.path)
        model = onnx.load(str(asked.path))
        model = onnx.inliner.inline_local_functions(model)
        opset = next((entry.version for entry in model.opset_import if not entry.domain), OPSET)
        model = model if opset >= OPSET else onnx.version_converter.convert_version(model, OPSET)
        own_half.widen(model)
        return model
    except BackboneError:
        raise
    except FileNotFoundError as error:
        raise BackboneError(f"{error.filename or asked.path} does not exist.") from error
    except onnx.checker.ValidationError as error:
        raise BackboneError(
            f"{asked.path} keeps its weights in a file of their own, which cannot be read "
            f"({trying.first_line(error)}). Put it beside the network, under the name that it was exported with."
        ) from error
    except Exception as error:  # protobuf, onnx and its converter raise a dozen types
        raise BackboneError(
            f"{asked.path} cannot be read as an ONNX network ({trying.first_line(error)}). Export it again, with opset "
            f"{OPSET}."
        ) from error


def _refuse_others(path: Path) -> None:
    """Refuse what people name .onnx, or name in place of it, by its first bytes."""
    with path.open("rb") as file:
        head = file.read(64)
    for start, what in _OTHERS.items():
        if head.startswith(start):
            raise BackboneError(f"{path} is {what}")
    if not head:
        raise BackboneError(f"{path} is empty. Export or copy it again.")


_OTHERS = {
    b"version https://git-lfs": "a pointer of Git LFS and not the network itself. Get it with git lfs pull.",
    b"PK": "a zip archive, as torch.save and Keras write, and not an ONNX network. Export it: torch.onnx.export, or "
    "model.export(path, format='onnx') of Keras.",
    b"\x89HDF": "an HDF5 file, as Keras writes, and not an ONNX network. Export it: model.export(path, format='onnx').",
}


def _size(asked: OwnFile, value: onnx.ValueInfoProto) -> tuple[Layout, int, int, int]:
    """Return the layout of the input, its channels, and height and width in pixels."""
    sizes: list[int] = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
    layout: Layout
    if len(sizes) == 4 and not any(sizes[1:]):
        sizes[1] = 3  # torch.onnx with every axis open; channels come first there
    if len(sizes) == 4 and sizes[1] in (1, 3):
        layout, channels, height, width = "NCHW", sizes[1], sizes[2], sizes[3]
    elif len(sizes) == 4 and sizes[3] in (1, 3):
        layout, channels, height, width = "NHWC", sizes[3], sizes[1], sizes[2]
    elif len(sizes) == 2 and (side := _side(sizes[1])):
        layout, channels, height, width = "flat", sizes[1] // side**2, side, side
    else:
        raise BackboneError(
            f"{asked.path} takes {value.name} {_describe(value)}; pictures of one or three colours were expected, as "
            "[N, 3, height, width], [N, height, width, 3] or, of square pictures, [N, height * width * 3]."
        )
    stated = asked.size or own_beside.find_size(asked.path.parent)
    if asked.size and {height, width} - {0, asked.size}:
        raise BackboneError(
            f"{asked.path} takes pictures of {height} x {width} pixels; --backbone-size says {asked.size}."
        )
    if not (height and width) and not stated:
        raise BackboneError(
            f"{asked.path} takes pictures of any size. Say which it was trained on, such as --backbone-size 224."
        )
    return layout, channels, height or stated or 0, width or stated or 0


def _side(numbers: int) -> int:
    """Return the side of the square picture, gray or of three colours, that has so many numbers; 0 where none has."""
    sides = [math.isqrt(numbers // channels) for channels in (1, 3)]
    return next((side for side in sides if side and numbers / side**2 in (1, 3)), 0)


def _normalisation(asked: OwnFile, kind: int) -> Six:
    if kind == onnx.TensorProto.UINT8:
        if asked.normalisation:
            raise BackboneError(f"{asked.path} takes bytes and scales them itself. Leave out --backbone-normalise.")
        return NORMALISATIONS["bytes"]
    found = asked.normalisation or own_beside.find_normalisation(asked.path.parent)
    if found is None:
        raise BackboneError(
            f"{asked.path} does not say how it wants pixels scaled, and no {own_beside.PREPROCESSOR} lies beside "
            f"it. Say it by --backbone-normalise: {', '.join(NORMALISATIONS)}, or six numbers."
        )
    return found


def _describe(value: onnx.ValueInfoProto) -> str:
    kind = value.type.tensor_type
    sizes = ", ".join(dim.dim_param or str(dim.dim_value or "?") for dim in kind.shape.dim)
    return f"{onnx.TensorProto.DataType.Name(kind.elem_type).lower()} [{sizes}]"
