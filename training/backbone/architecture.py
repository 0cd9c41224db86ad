"""The shape of EfficientNet-Lite0, as data: its convolutions, its blocks and where it may be cut.

The network is that of Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks"
(ICML 2019), in the Lite variant of the TensorFlow authors (2020): no squeeze-and-excitation, ReLU6 in place of
swish, stem and head of fixed width. The Keras network and the ONNX graph are both made from these tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.backbone.errors import BackboneError

CutKey = int | str
"""The number of a block, "expand_" and the number of a block, or "last"; see `CUTS`."""

PIXEL_MEAN = 127.0  # The Lite networks were trained on (pixel - 127) / 128, not on ImageNet's mean and deviation.
PIXEL_SCALE = 128.0
LARGE_KERNEL = 100_000
"""Kernels of more weights than this, from the end of block 12 on, are rounded to one byte a weight, others to two."""
SIZE_STEP = 32  # The total stride: at multiples of it every strided layer sees an even size, as in training.


@dataclass(frozen=True)
class Convolution:
    """One convolution with its (folded) bias; `activated` ones are followed by ReLU6."""

    name: str
    kernel_size: int
    stride: int
    input_channels: int
    output_channels: int
    depthwise: bool = False
    activated: bool = True

    @property
    def weights(self) -> int:
        """Count the kernel's values."""
        return self.kernel_size**2 * (1 if self.depthwise else self.input_channels) * self.output_channels

    @property
    def parameters(self) -> int:
        """Count kernel and bias values."""
        return self.weights + self.output_channels

    @property
    def is_large(self) -> bool:
        """Say whether a rounded kernel has one byte a weight, and a scale an output channel."""
        return self.weights > LARGE_KERNEL

    @property
    def rounded_bytes(self) -> int:
        """Return the size of the rounded kernel and its scales, and of the bias as float32."""
        return self.weights + 8 * self.output_channels if self.is_large else 2 * self.weights + 4 * self.output_channels

    def padding(self, size: int) -> tuple[int, int]:
        """Return the zeros (before, after) along one side of `size` pixels, TensorFlow's "same" rule.

        The output has ceil(size / stride) pixels; an odd zero goes after. PyTorch's symmetric padding would
        shift every strided layer by one pixel.
        """
        outputs = -(-size // self.stride)
        total = max((outputs - 1) * self.stride + self.kernel_size - size, 0)
        return total // 2, total - total // 2


@dataclass(frozen=True)
class Block:
    """One inverted residual block (MBConv): expand, filter each channel, project; `number` counts from 1."""

    number: int
    kernel_size: int
    stride: int
    expansion: int
    input_channels: int
    output_channels: int

    @property
    def name(self) -> str:
        """Return the name that layers, graph outputs and cuts share."""
        return f"block_{self.number}"

    @property
    def has_shortcut(self) -> bool:
        """Say whether the block's input is added to its output."""
        return self.stride == 1 and self.input_channels == self.output_channels

    def convolutions(self) -> Iterator[Convolution]:
        """Yield the block's convolutions in order."""
        inner = self.input_channels * self.expansion
        if self.expansion != 1:
            yield Convolution(f"{self.name}_expand", 1, 1, self.input_channels, inner)
        yield Convolution(f"{self.name}_depthwise", self.kernel_size, self.stride, inner, inner, depthwise=True)
        yield Convolution(f"{self.name}_project", 1, 1, inner, self.output_channels, activated=False)


@dataclass(frozen=True)
class Step:
    """One convolution in its place; `name` is that of the feature map after it.

    Attributes:
        name: "stem", "expand_2", "depthwise_2", "block_2" and so on, "last".
        convolution: what it computes.
        block: the number of its block; 0 for the stem, one more than the last block for the head convolution.
        begins_block: whether its input is also the input of its block.
        has_shortcut: whether the input of its block is added to its output.
    """

    name: str
    convolution: Convolution
    block: int
    begins_block: bool = False
    has_shortcut: bool = False


@dataclass(frozen=True)
class Cut:
    """A depth at which the network may end.

    Attributes:
        name: the name of the feature map there.
        depth: how many of STEPS it takes.
        blocks: how many whole blocks these are.
        channels: of the feature map.
        stride: pixels of the image from one place of the feature map to the next.
        parameters: kernel and bias values of the network up to here.
        rounded_bytes: what they take as they are rounded (`rounding`) and published (`training.output.compressing`).
    """

    name: str
    depth: int
    blocks: int
    channels: int
    stride: int
    parameters: int
    rounded_bytes: int

    @property
    def rounded_megabytes(self) -> float:
        """Return the size of the rounded parameters, in MB (10^6 bytes)."""
        return self.rounded_bytes / 1e6

    @property
    def megabytes(self) -> float:
        """Return the size of the parameters as float32, in MB (10^6 bytes)."""
        return self.parameters * 4 / 1e6

    def side(self, size: int) -> int:
        """Return the height and width of the feature map for images of `size` pixels."""
        return size // self.stride


# repeats, kernel size, stride of the first, expansion, output channels
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def _blocks() -> Iterator[Block]:
    number, channels = 0, STEM.output_channels
    for repeats, kernel_size, first_stride, expansion, output_channels in _STAGES:
        for repeat in range(repeats):
            number += 1
            stride = first_stride if repeat == 0 else 1
            yield Block(number, kernel_size, stride, expansion, channels, output_channels)
            channels = output_channels


def _steps() -> Iterator[Step]:
    yield Step("stem", STEM, 0)
    for block in BLOCKS:
        first, *_, last = parts = tuple(block.convolutions())
        for part in parts:
            kind = part.name.removeprefix(f"{block.name}_")
            name = block.name if part is last else f"{kind}_{block.number}"
            yield Step(name, part, block.number, part is first, part is last and block.has_shortcut)
    yield Step("last", HEAD, len(BLOCKS) + 1)


def _cuts() -> Iterator[tuple[CutKey, Cut]]:
    parameters, rounded_bytes, stride = 0, 0, 1
    for depth, step in enumerate(STEPS, start=1):
        parameters += step.convolution.parameters
        rounded_bytes += step.convolution.rounded_bytes
        stride *= step.convolution.stride
        kind, _, number = step.name.partition("_")
        if kind in {"expand", "block", "last"}:
            key = int(number) if kind == "block" else step.name
            blocks = step.block - (kind != "block")
            channels = step.convolution.output_channels
            yield key, Cut(step.name, depth, blocks, channels, stride, parameters, rounded_bytes)


STEM = Convolution("stem", 3, 2, 3, 32)
BLOCKS = tuple(_blocks())
HEAD = Convolution("head", 1, 1, BLOCKS[-1].output_channels, 1280)
STEPS = tuple(_steps())
CUTS = dict(_cuts())


def find_cut(key: CutKey) -> Cut:
    """Return the cut for a key of CUTS.

    A block number, 1..16, is the end of that block; "expand_2" to "expand_16" is the widened feature map inside the
    block, after its first convolution (six times the channels of its input); "last" is the head convolution.

    Raises:
        BackboneError: there is no such cut.
    """
    try:
        return CUTS[key]
    except (KeyError, TypeError):
        raise BackboneError(
            f'There is no cut {key!r}; a cut is a block number from 1 to {len(BLOCKS)}, "expand_2" to '
            f'"expand_{len(BLOCKS)}", or "last".'
        ) from None


def check_size(size: int) -> None:
    """Check that the network takes square images of `size` pixels a side.

    Raises:
        BackboneError: `size` is not a positive multiple of 32.
    """
    if size < SIZE_STEP or size % SIZE_STEP:
        raise BackboneError(
            f"The image size {size} does not fit the network: choose a multiple of {SIZE_STEP}, "
            "such as 128, 160, 192 or 224."
        )


def steps_of(cuts: Sequence[Cut]) -> tuple[Step, ...]:
    """Return the steps that it takes to compute all of some cuts."""
    return STEPS[: max(cut.depth for cut in cuts)]
