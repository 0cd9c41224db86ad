import pytest

from training.backbone import CUTS, BackboneError, find_cut
from training.backbone.architecture import BLOCKS, Convolution, check_size


def test_the_whole_network_has_the_published_number_of_parameters() -> None:
    """4,652,008 in PyTorch: ours folds each (scale, shift) pair into one bias and leaves out the classifier."""
    normalised_channels = 32 + 1280 + sum(c.output_channels for block in BLOCKS for c in block.convolutions())
    classifier = 1280 * 1000 + 1000
    assert CUTS["last"].parameters + normalised_channels + classifier == 4_652_008


def test_an_expansion_holds_the_blocks_before_it_and_one_convolution_more() -> None:
    before, cut, after = CUTS[11], CUTS["expand_12"], CUTS[12]
    assert (cut.blocks, cut.channels, cut.stride) == (11, 6 * 112, 16)
    assert cut.parameters == before.parameters + 112 * 672 + 672
    assert after.parameters == cut.parameters + (5 * 5 + 1) * 672 + (672 + 1) * 192


@pytest.mark.parametrize(
    ("kernel_size", "stride", "size", "expected"),
    [
        (1, 1, 7, (0, 0)),
        (3, 1, 7, (1, 1)),
        (3, 2, 224, (0, 1)),
        (5, 2, 112, (1, 2)),
        (5, 1, 14, (2, 2)),
        (3, 2, 7, (1, 1)),
    ],
)
def test_padding_follows_the_rule_of_same(kernel_size: int, stride: int, size: int, expected: tuple[int, int]) -> None:
    before, after = Convolution("any", kernel_size, stride, 1, 1).padding(size)
    assert (before, after) == expected
    assert (size + before + after - kernel_size) // stride + 1 == -(-size // stride)


@pytest.mark.parametrize(
    "key", [0, 17, -1, "first", None, [1], "expand_1", "expand_17", "block_3", "stem", "depthwise_2"]
)
def test_an_unknown_cut_is_an_error_that_names_the_choices(key: object) -> None:
    with pytest.raises(BackboneError, match='1 to 16, "expand_2" to "expand_16", or "last"'):
        find_cut(key)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("size", [0, -32, 31, 33, 225])
def test_a_size_that_does_not_fit_is_an_error_that_names_ones_that_do(size: int) -> None:
    with pytest.raises(BackboneError, match="multiple of 32"):
        check_size(size)
